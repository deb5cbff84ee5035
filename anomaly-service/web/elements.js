/** What the views are made of. Text always enters as text nodes: tenant ids come from outside. */
const MICRO_CENTS_PER_USD = 100_000_000;

export const find = (id) => document.getElementById(id);

export function element(name, properties, ...children) {
	const made = Object.assign(document.createElement(name), properties);
	made.append(...children);
	return made;
}

/** The rows of a table, or one that says why there are none. */
export function rowsOr(rows, empty, columns) {
	if (rows.length > 0) return rows;
	const cell = element('td', { className: 'quiet', colSpan: columns }, empty);
	return [element('tr', {}, cell)];
}

export function itemsOr(items, empty) {
	return items.length > 0 ? items : [element('li', { className: 'quiet' }, empty)];
}

export function usd(microCents, digits = 2) {
	return (microCents / MICRO_CENTS_PER_USD).toFixed(digits);
}

export function moment(instant) {
	return new Date(instant).toLocaleString([], {
		...{ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' },
	});
}

/** "0.42 × limit" with a gauge. */
export function gauge(timesTheLimit) {
	const meter = element('meter', {
		...{ min: 0, max: 2, low: 0.8, high: 1, optimum: 0 },
		value: Math.min(2, timesTheLimit),
	});
	meter.setAttribute('aria-label', 'Distance to normal, times the limit');
	return [meter, ` ${timesTheLimit.toFixed(2)} × limit`];
}

const RULES = { spendCap: 'Spend cap', spikeRatio: 'Spike ratio', vectorDistance: 'Behaviour' };

/** A rule by the name it has in the form. */
export const ruleName = (rule) => RULES[rule] ?? rule;

import { element, moment, rowsOr, ruleName, usd } from './elements.js';

const FIRINGS_SHOWN = 20;

/** A backtest for people: one sentence, both sides in numbers, what would have fired, and what has to hold. */
export function backtestResult({ difference, configured, changed, basis, assumptions }) {
	const { calls, snapshots, days } = basis;

	return [
		element('p', { className: 'summary' }, element('strong', {}, difference.summary)),
		comparison(configured, changed),
		element('h3', {}, 'What would have fired'),
		firingTable(changed),
		element(
			'details',
			{},
			element('summary', {}, `Rests on ${calls} calls and ${snapshots} snapshots of ${days} days`),
			element('ul', {}, ...assumptions.map((text) => element('li', {}, text))),
		),
	];
}

const found = ({ incidents }) =>
	`${incidents.filter(({ foundBy }) => foundBy !== null).length} of ${incidents.length}`;

/** Name, and how it reads of a side. */
const MEASURES = [
	['Saved', ({ savedMicroCents }) => `${usd(savedMicroCents)} USD`],
	['Calls refused in error', (side) => refused(side)],
	['Incidents found', found],
	['Breaker opened', ({ trips }) => String(trips)],
	['Alerts', ({ alerts }) => String(alerts)],
	['False alarms', ({ falseAlarms }) => String(falseAlarms)],
];

function refused({ refusedInErrorCalls: calls, refusedInErrorMicroCents: microCents }) {
	return calls === 0 ? '0' : `${calls} (${usd(microCents)} USD)`;
}

function comparison(configured, changed) {
	const rows = MEASURES.map(([name, read]) =>
		element(
			'tr',
			{},
			element('th', { scope: 'row' }, name),
			element('td', { className: 'number' }, read(configured)),
			element('td', { className: 'number' }, read(changed)),
		),
	);
	return table(['', 'As configured', 'As changed'], rows, 'number');
}

function firingTable({ firings, limits, firingsNotShown }) {
	const rows = [...limits.map(limitRow), ...firings.slice(0, FIRINGS_SHOWN).map(firingRow)];
	const more = firingsNotShown + Math.max(0, firings.length - FIRINGS_SHOWN);
	const shown = table(['When', 'What', 'Did', 'Strength', 'Judged'], rowsOr(rows, 'Nothing.', 5));
	if (more === 0) return shown;

	return element('div', {}, shown, element('p', { className: 'quiet' }, `And ${more} more.`));
}

function firingRow({ at, rule, outcome, strength, judged, severity, refusedCalls }) {
	const did =
		outcome === 'tripped' ? `opened the breaker, ${refusedCalls} calls refused` : 'told people';

	return row(
		[moment(at), ruleName(rule), did, `${strength.toFixed(2)} ×`, WORDS[judged]],
		severity,
	);
}

function limitRow({ firstAt, limitId, refusedCalls, refusedMicroCents }) {
	const did = `${refusedCalls} calls refused, ${usd(refusedMicroCents)} USD`;

	return row([`from ${moment(firstAt)}`, limitId, did, '', ''], '');
}

const WORDS = { incident: 'incident', fine: 'fine, said a person', unknown: 'no known incident' };

function row(texts, severity) {
	return element(
		'tr',
		{},
		...texts.map((text, index) => element('td', { className: index === 1 ? severity : '' }, text)),
	);
}

function table(heads, rows, className = '') {
	const head = heads.map((text, index) =>
		element('th', { scope: 'col', className: index > 0 ? className : '' }, text),
	);
	return element(
		'table',
		{},
		element('thead', {}, element('tr', {}, ...head)),
		element('tbody', {}, ...rows),
	);
}

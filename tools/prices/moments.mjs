// genai-prices lists prices with start dates and times of day; here they become periods, and hours within them.
import { AS_OF, pricesAt } from './source.mjs';

const DAY = 1440;

/** Older prices have no events that could be priced again. */
const FIRST_DAY = '2025-01-01';

/**
 * The prices of one library model as `[{ validFrom, validTo, cells: [{ prices, timeOfDay? }] }]`, days and the minutes of
 * the UTC day, the end not within. The first cell holds all day where no other does.
 */
export function periodsOf(model) {
	const starts = startDates(model);
	const edges = [undefined, ...starts];

	return edges
		.map((validFrom, index) => ({ validFrom, validTo: edges[index + 1] }))
		.filter(({ validTo }) => validTo === undefined || validTo > FIRST_DAY)
		.map((period) => ({ ...period, cells: cellsOf(model, period) }));
}

/** One moment where nothing changes; else one in each period and hour, and one on each side of every edge. */
export function momentsOf(model) {
	if (constraintsOf(model).length === 0) return [instant(AS_OF, 0)];
	const days = startDates(model).flatMap((day) => [addDays(day, -1), day]);
	const minutes = minuteEdges(model).flatMap((minute) => [(minute + DAY - 1) % DAY, minute]);

	return [...new Set([FIRST_DAY, AS_OF, ...days])].flatMap((day) =>
		[...new Set([0, DAY / 2, DAY - 1, ...minutes])].map((minute) => instant(day, minute)),
	);
}

function startDates(model) {
	const dates = constraintsOf(model).flatMap(({ start_date: date }) => date ?? []);
	for (const date of dates) {
		if (!/^\d{4}-\d\d-\d\d$/.test(date)) throw new Error(`${model.id}: start date ${date}`);
	}
	return [...new Set(dates)].sort();
}

/**
 * The model without its hours before the start date that they come after in the list. The library has no constraint of a
 * day and an hour, so it lets such hours hold since ever, and says in the model's comments that they do not (DeepSeek V4).
 */
export function asMeant(model, moment) {
	const constraints = constraintsOf(model);
	const start = constraints.findLast((constraint) => constraint.type === 'start_date');
	const hours = constraints.findIndex((constraint) => constraint.type === 'time_of_date');
	const isBefore = start !== undefined && moment < new Date(start.start_date);

	return isBefore && hours > constraints.indexOf(start) ? withoutHours(model) : model;
}

function cellsOf(listed, { validFrom, validTo }) {
	const day = validFrom ?? (validTo ? addDays(validTo, -1) : AS_OF);
	const model = asMeant(listed, instant(day, 0));
	const edges = minuteEdges(model);
	if (edges.length < 2) return [{ prices: pricesAt(model, instant(day, 0)) }];

	const spans = edges.map((start, index) => ({
		start,
		end: edges[index + 1] ?? edges[0],
		prices: pricesAt(model, instant(day, start)),
	}));
	const allDay = mostMinutes(spans);
	const others = joined(spans).filter(({ prices }) => !isSame(prices, allDay));

	return [
		{ prices: allDay },
		...others.map(({ start, end, prices }) => ({ prices, timeOfDay: [start, end] })),
	];
}

function withoutHours(model) {
	const prices = model.prices.filter(({ constraint }) => constraint?.type !== 'time_of_date');
	return { ...model, prices };
}

function mostMinutes(spans) {
	const minutes = new Map();
	for (const { start, end, prices } of spans) {
		const key = JSON.stringify(prices);
		minutes.set(key, (minutes.get(key) ?? 0) + ((end - start + DAY) % DAY || DAY));
	}
	const [[most]] = [...minutes].sort((a, b) => b[1] - a[1]);
	return spans.find(({ prices }) => JSON.stringify(prices) === most).prices;
}

/** Neighbours with the same prices are one span, over midnight too. */
function joined(spans) {
	const out = [];
	for (const span of spans) {
		const last = out.at(-1);
		if (last && isSame(last.prices, span.prices)) last.end = span.end;
		else out.push({ ...span });
	}
	if (out.length > 1 && isSame(out[0].prices, out.at(-1).prices)) out[0].start = out.pop().start;

	return out;
}

function minuteEdges(model) {
	const times = constraintsOf(model).flatMap(({ start_time: start, end_time: end }) =>
		start ? [start, end] : [],
	);
	return [...new Set(times.map(minuteOf))].sort((a, b) => a - b);
}

function minuteOf(time) {
	const match = /^(\d\d):(\d\d):00Z$/.exec(time);
	if (!match) throw new Error(`time of day ${time} is no whole minute of UTC`);
	return Number(match[1]) * 60 + Number(match[2]);
}

function constraintsOf({ prices }) {
	return Array.isArray(prices) ? prices.flatMap(({ constraint }) => constraint ?? []) : [];
}

function isSame(a, b) {
	return JSON.stringify(a) === JSON.stringify(b);
}

function addDays(day, days) {
	return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

function instant(day, minute) {
	return new Date(Date.parse(day) + minute * 60_000);
}

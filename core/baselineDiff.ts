import type { Levels } from './behaviour/levels.ts';
import { RATE_BINS } from './behaviour/levels.ts';
import { tangentOf } from './behaviour/score.ts';

/** What two versions of a baseline are compared by. */
export type ComparedBaseline = {
	levels: Pick<
		Levels,
		'ratePerMinute' | 'weekendFactor' | 'costPerRequest' | 'latencyMsPerRequest' | 'errorShare'
	> & { cacheShare: { overall: number } };
	/** tan(angle) at which a snapshot was flagged. */
	limit: number;
	centroids: readonly { vector: readonly number[]; weight: number }[];
};

export type ChangedFigure = {
	what:
		| 'requestsPerDay'
		| 'busiestHour'
		| 'usdPerRequest'
		| 'latencyMs'
		| 'errorPct'
		| 'cachedPct'
		| 'limit';
	from: number;
	to: number;
	/** Far enough for a person to look at. */
	moved: boolean;
};

export type BaselineDiff = {
	figures: ChangedFigure[];
	centroids: { from: number; to: number; appeared: number; vanished: number };
	moved: boolean;
	/** A line for each figure that moved, in words. */
	changes: string[];
};

/** A quarter more or less is an ordinary week: of real tenants half move that much from one week to the next. */
const RATIO = 1.25;
/** Money and the limit are looked at more closely. */
const CLOSE_RATIO = 1.15;
/** Points of per cent, for shares. */
const ERROR_POINTS = 2;
const CACHED_POINTS = 10;
/** As a share of the limit: nearer centroids are the same behaviour, fitted on another day. */
const SAME_CENTROID = 0.5;
/** Hours the busiest hour may wander: neighbouring hours are often alike. */
const HOURS = 3;

/** What changed from one version of a tenant's baseline to another, for a person. */
export function diffBaselines(from: ComparedBaseline, to: ComparedBaseline): BaselineDiff {
	const figures = figuresOf(from, to);
	const centroids = {
		from: from.centroids.length,
		to: to.centroids.length,
		appeared: withoutNeighbour(to, from),
		vanished: withoutNeighbour(from, to),
	};
	const changes = figures.filter(({ moved }) => moved).map(lineOf);
	if (centroids.appeared > 0) changes.push(`${kinds(centroids.appeared)} not seen before`);
	if (centroids.vanished > 0) changes.push(`${kinds(centroids.vanished)} not seen any more`);

	return { figures, centroids, moved: changes.length > 0, changes };
}

function figuresOf(from: ComparedBaseline, to: ComparedBaseline): ChangedFigure[] {
	const figure = (
		what: ChangedFigure['what'],
		of: (side: ComparedBaseline) => number,
		hasMoved: (a: number, b: number) => boolean,
	): ChangedFigure => {
		const [before, after] = [of(from), of(to)];
		return { what, from: before, to: after, moved: hasMoved(before, after) };
	};
	const pct = (share: number) => 100 * share;

	return [
		figure('requestsPerDay', requestsPerDay, beyond(RATIO)),
		figure('busiestHour', busiestHour, (a, b) => hoursBetween(a, b) >= HOURS),
		figure('usdPerRequest', ({ levels }) => levels.costPerRequest / 1e8, beyond(CLOSE_RATIO)),
		figure('latencyMs', ({ levels }) => levels.latencyMsPerRequest, beyond(RATIO)),
		figure('errorPct', ({ levels }) => pct(levels.errorShare), apart(ERROR_POINTS)),
		figure('cachedPct', ({ levels }) => pct(levels.cacheShare.overall), apart(CACHED_POINTS)),
		figure('limit', ({ limit }) => limit, beyond(CLOSE_RATIO)),
	];
}

function beyond(ratio: number): (a: number, b: number) => boolean {
	return (a, b) => Math.abs(Math.log((b + 1e-9) / (a + 1e-9))) > Math.log(ratio);
}

function apart(points: number): (a: number, b: number) => boolean {
	return (a, b) => Math.abs(b - a) > points;
}

/** Of a mean week. */
function requestsPerDay({ levels }: ComparedBaseline): number {
	const perMinute = levels.ratePerMinute.reduce((sum, rate) => sum + rate, 0) / RATE_BINS;
	const [workday, weekend] = levels.weekendFactor;

	return (perMinute * 1440 * (5 * workday + 2 * weekend)) / 7;
}

/** Hour of the UTC day, 0 to 23. */
function busiestHour({ levels }: ComparedBaseline): number {
	const { ratePerMinute } = levels;
	const hours = Array.from(
		{ length: 24 },
		(_, hour) => (ratePerMinute[2 * hour] ?? 0) + (ratePerMinute[2 * hour + 1] ?? 0),
	);
	return hours.indexOf(Math.max(...hours));
}

function hoursBetween(a: number, b: number): number {
	const apart = Math.abs(a - b);

	return Math.min(apart, 24 - apart);
}

/** Centroids of one side that none of the other is near. */
function withoutNeighbour(of: ComparedBaseline, other: ComparedBaseline): number {
	return of.centroids.filter(({ vector }) =>
		other.centroids.every(
			(centroid) => tangentOf(1 - cosine(vector, centroid.vector)) > SAME_CENTROID * other.limit,
		),
	).length;
}

function cosine(a: readonly number[], b: readonly number[]): number {
	const dot = (x: readonly number[], y: readonly number[]) =>
		x.reduce((sum, value, axis) => sum + value * (y[axis] ?? 0), 0);
	const norms = Math.sqrt(dot(a, a) * dot(b, b));

	return norms > 0 ? dot(a, b) / norms : 0;
}

function kinds(count: number): string {
	return count === 1 ? '1 recurring behaviour' : `${count} recurring behaviours`;
}

const NUMBER = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

const WORDS: Record<ChangedFigure['what'], { name: string; unit: string }> = {
	requestsPerDay: { name: 'requests per day', unit: '' },
	busiestHour: { name: 'busiest hour', unit: ' UTC' },
	usdPerRequest: { name: 'cost per request', unit: ' USD' },
	latencyMs: { name: 'latency', unit: ' ms' },
	errorPct: { name: 'failed requests', unit: ' %' },
	cachedPct: { name: 'input read from a cache', unit: ' %' },
	limit: { name: 'limit', unit: '' },
};
/** Of these a percentage says nothing more. */
const PLAIN: readonly ChangedFigure['what'][] = ['busiestHour', 'errorPct', 'cachedPct'];

/** `cost per request 0.0042 → 0.0051 USD (+21 %)` */
function lineOf({ what, from, to }: ChangedFigure): string {
	const { name, unit } = WORDS[what];
	const write = (value: number) =>
		what === 'busiestHour' ? `${String(value).padStart(2, '0')}:00` : NUMBER.format(value);
	const pct = Math.round(100 * (to / from - 1));
	const change = PLAIN.includes(what) || from <= 0 ? '' : ` (${pct > 0 ? '+' : ''}${pct} %)`;

	return `${name} ${write(from)} → ${write(to)}${unit}${change}`;
}

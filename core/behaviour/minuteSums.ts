import { MINUTE_MS } from '../durations.ts';
import type { MicroCents } from '../money.ts';

/** One metered call as behaviour sees it. Tokens are counts, `latencyMs` is undefined when nobody measured it. */
export type Call = {
	/** Epoch milliseconds. */
	at: number;
	endpoint: string;
	model: string;
	input: number;
	cached: number;
	output: number;
	/** The model's context window in tokens. */
	contextTokens: number;
	latencyMs: number | undefined;
	failed: boolean;
	costMicroCents: MicroCents;
};

/** Calls of one request shape (endpoint × model × octave of input × octave of output), as sufficient statistics. */
export type ShapeCell = {
	endpoint: string;
	/** endpoint × model × octave of output: calls whose latency may be compared. */
	latencyKey: string;
	count: number;
	logCost: Moments;
	logLatency: Moments;
};

export type Moments = { count: number; sum: number; squares: number };

/**
 * Everything the features need of one minute of one tenant. Sums only, so a window is the sum of its minutes and no
 * single call is kept.
 */
export type MinuteSums = {
	requests: number;
	errors: number;
	costMicroCents: MicroCents;
	latencyMs: number;
	/** Cached share of the input of each call. */
	cacheShare: Moments;
	/** Half-octave → calls. */
	costs: Map<number, number>;
	contexts: Map<number, number>;
	outputs: Map<number, number>;
	cells: Map<string, ShapeCell>;
	/** Endpoint, model and exact input length → calls: a cheap stand-in for "the same request again". */
	repeats: Map<string, number>;
};

export function minuteOf(at: number): number {
	return Math.floor(at / MINUTE_MS);
}

export function emptySums(): MinuteSums {
	return {
		requests: 0,
		errors: 0,
		costMicroCents: 0,
		latencyMs: 0,
		cacheShare: noMoments(),
		costs: new Map(),
		contexts: new Map(),
		outputs: new Map(),
		cells: new Map(),
		repeats: new Map(),
	};
}

export function addCall(sums: MinuteSums, call: Call): void {
	sums.requests += 1;
	sums.costMicroCents += call.costMicroCents;
	sums.latencyMs += call.latencyMs ?? 0;
	if (call.failed) sums.errors += 1;
	observe(sums.cacheShare, call.input > 0 ? call.cached / call.input : 0);
	increment(sums.costs, halfOctave(call.costMicroCents));
	increment(sums.contexts, halfOctave((call.input + call.output) / call.contextTokens));
	if (call.output > 0) increment(sums.outputs, halfOctave(call.output));
	increment(sums.repeats, `${call.endpoint}|${call.model}|${call.input}`);

	const cell = cellOf(sums, call);
	cell.count += 1;
	if (call.costMicroCents > 0) observe(cell.logCost, Math.log(call.costMicroCents));
	if (!call.failed && call.latencyMs !== undefined && call.latencyMs > 0) {
		observe(cell.logLatency, Math.log(call.latencyMs));
	}
}

function addSums(target: MinuteSums, source: MinuteSums): void {
	target.requests += source.requests;
	target.errors += source.errors;
	target.costMicroCents += source.costMicroCents;
	target.latencyMs += source.latencyMs;
	addMoments(target.cacheShare, source.cacheShare);
	for (const histogram of ['costs', 'contexts', 'outputs'] as const) {
		addCounts(target[histogram], source[histogram]);
	}
	addCounts(target.repeats, source.repeats);
	for (const [key, cell] of source.cells) {
		const sum = target.cells.get(key);
		if (sum) {
			sum.count += cell.count;
			addMoments(sum.logCost, cell.logCost);
			addMoments(sum.logLatency, cell.logLatency);
		} else {
			target.cells.set(key, {
				...cell,
				logCost: { ...cell.logCost },
				logLatency: { ...cell.logLatency },
			});
		}
	}
}

/** The sum of the `length` minutes that end with `lastMinute`. */
export function sumWindow(
	minutes: ReadonlyMap<number, MinuteSums>,
	lastMinute: number,
	length: number,
): MinuteSums {
	const window = emptySums();
	for (let minute = lastMinute - length + 1; minute <= lastMinute; minute++) {
		const sums = minutes.get(minute);
		if (sums) addSums(window, sums);
	}
	return window;
}

export function noMoments(): Moments {
	return { count: 0, sum: 0, squares: 0 };
}

function observe(moments: Moments, value: number): void {
	moments.count += 1;
	moments.sum += value;
	moments.squares += value * value;
}

/** Adds `source` to `target`, `weight` times. */
export function addMoments(target: Moments, source: Moments, weight = 1): void {
	target.count += weight * source.count;
	target.sum += weight * source.sum;
	target.squares += weight * source.squares;
}

function increment<K>(counts: Map<K, number>, key: K, by = 1): void {
	counts.set(key, (counts.get(key) ?? 0) + by);
}

function addCounts<K>(target: Map<K, number>, source: ReadonlyMap<K, number>): void {
	for (const [key, count] of source) increment(target, key, count);
}

/** Below every bin a real value can reach (the smallest positive double is in bin -2148). */
const BIN_OF_NOTHING = -10_000;

/** Floor of 2·log₂: bins a factor of √2 wide. */
function halfOctave(value: number): number {
	return value > 0 ? Math.floor(2 * Math.log2(value)) : BIN_OF_NOTHING;
}

function octave(tokens: number): number {
	return tokens > 0 ? Math.floor(Math.log2(tokens)) : -1;
}

function cellOf(sums: MinuteSums, call: Call): ShapeCell {
	const latencyKey = `${call.endpoint}|${call.model}|${octave(call.failed ? 0 : call.output)}`;
	const key = `${latencyKey}|${octave(call.input)}`;
	const known = sums.cells.get(key);
	if (known) return known;

	const cell = {
		endpoint: call.endpoint,
		latencyKey,
		count: 0,
		logCost: noMoments(),
		logLatency: noMoments(),
	};
	sums.cells.set(key, cell);
	return cell;
}

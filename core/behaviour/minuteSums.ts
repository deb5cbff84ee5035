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
	/** `source|workflow|node` of who made the call; '' when nothing of it is known. */
	caller: string;
	/** The vendor key it was made with; '' when unknown. */
	keyId: string;
	/** The run of the workflow it belongs to; '' when unknown. */
	execution: string;
	/** As in usage events; undefined where nobody told. */
	provider?: string | undefined;
	statusCode?: number | undefined;
	promptHash?: string | undefined;
	toolCallHash?: string | undefined;
};

/** Calls of one request shape (endpoint × model × octave of input × octave of output), as sufficient statistics. */
export type ShapeCell = {
	endpoint: string;
	/** endpoint × model: calls whose latency follows one line. */
	modelKey: string;
	count: number;
	logCost: Moments;
	/** Of answered calls whose latency is known; `uncached` and `output` are the tokens of just these. */
	logLatency: Moments;
	uncached: number;
	output: number;
};

export type Moments = { count: number; sum: number; squares: number };

/** What calls look like, whoever made them. */
export type ShapeSums = {
	requests: number;
	/** Half-octave of the context window's share → calls. */
	contexts: Map<number, number>;
	cells: Map<string, ShapeCell>;
};

/** `last`: what the execution asked for last, within the minute. */
export type ExecutionSums = { costMicroCents: MicroCents; last: string };

/**
 * Everything the features need of one minute of one tenant. Sums only, so a window is the sum of its minutes and no
 * single call is kept.
 */
export type MinuteSums = ShapeSums & {
	errors: number;
	costMicroCents: MicroCents;
	latencyMs: number;
	/** Calls that asked for the same as the call before them in their execution, within the minute. */
	retries: number;
	/** Cached share of the input of each call. */
	cacheShare: Moments;
	/** Half-octave of output tokens → calls. */
	outputs: Map<number, number>;
	/** Endpoint, model and exact input length → calls: a cheap stand-in for "the same request again". */
	repeats: Map<string, number>;
	/** Caller → calls; '' are the calls of which no caller is known. */
	callers: Map<string, number>;
	/** Execution → what it spent. Calls of no known execution are in none. */
	executions: Map<string, ExecutionSums>;
};

export function minuteOf(at: number): number {
	return Math.floor(at / MINUTE_MS);
}

export function emptyShapes(): ShapeSums {
	return { requests: 0, contexts: new Map(), cells: new Map() };
}

export function emptySums(): MinuteSums {
	return {
		...emptyShapes(),
		errors: 0,
		costMicroCents: 0,
		latencyMs: 0,
		retries: 0,
		cacheShare: noMoments(),
		outputs: new Map(),
		repeats: new Map(),
		callers: new Map(),
		executions: new Map(),
	};
}

/** Whether the call asks for the same as the call before it in its execution; `minute`: the sums of its minute so far. */
export function isRetry(minute: MinuteSums, call: Call): boolean {
	return call.execution !== '' && minute.executions.get(call.execution)?.last === repeatKey(call);
}

/** `retried`: known from the call's minute, also where the sums are those of a longer window. */
export function addCall(sums: MinuteSums, call: Call, retried = isRetry(sums, call)): void {
	addShape(sums, call);
	sums.costMicroCents += call.costMicroCents;
	sums.latencyMs += call.latencyMs ?? 0;
	if (call.failed) sums.errors += 1;
	if (retried) sums.retries += 1;
	observe(sums.cacheShare, call.input > 0 ? call.cached / call.input : 0);
	if (call.output > 0) increment(sums.outputs, halfOctave(call.output));
	const request = repeatKey(call);
	increment(sums.repeats, request);
	increment(sums.callers, call.caller);
	if (call.execution === '') return;
	const costMicroCents =
		(sums.executions.get(call.execution)?.costMicroCents ?? 0) + call.costMicroCents;
	sums.executions.set(call.execution, { costMicroCents, last: request });
}

export function addShape(sums: ShapeSums, call: Call): void {
	sums.requests += 1;
	increment(sums.contexts, halfOctave((call.input + call.output) / call.contextTokens));
	const cell = cellOf(sums, call);
	cell.count += 1;
	if (call.costMicroCents > 0) observe(cell.logCost, Math.log(call.costMicroCents));
	if (!call.failed && call.latencyMs !== undefined && call.latencyMs > 0) {
		observe(cell.logLatency, Math.log(call.latencyMs));
		cell.uncached += call.input - call.cached;
		cell.output += call.output;
	}
}

/** Adds `source` to `target`. */
export function addSums(target: MinuteSums, source: MinuteSums): void {
	addShapes(target, source);
	target.errors += source.errors;
	target.costMicroCents += source.costMicroCents;
	target.latencyMs += source.latencyMs;
	target.retries += source.retries;
	addMoments(target.cacheShare, source.cacheShare);
	addCounts(target.outputs, source.outputs);
	addCounts(target.repeats, source.repeats);
	addCounts(target.callers, source.callers);
	for (const [execution, { costMicroCents, last }] of source.executions) {
		const before = target.executions.get(execution)?.costMicroCents ?? 0;
		target.executions.set(execution, { costMicroCents: before + costMicroCents, last });
	}
}

/** Adds `source` to `target`, `weight` times. */
export function addShapes(target: ShapeSums, source: ShapeSums, weight = 1): void {
	target.requests += weight * source.requests;
	addCounts(target.contexts, source.contexts, weight);
	for (const [key, cell] of source.cells) {
		const sum = target.cells.get(key) ?? emptyCell(cell);
		sum.count += weight * cell.count;
		addMoments(sum.logCost, cell.logCost, weight);
		addMoments(sum.logLatency, cell.logLatency, weight);
		sum.uncached += weight * cell.uncached;
		sum.output += weight * cell.output;
		target.cells.set(key, sum);
	}
}

/** Takes `source`, which was added before, out of `target`; what is left of nothing is gone, not zero. */
export function subtractSums(target: MinuteSums, source: MinuteSums): void {
	subtractShapes(target, source);
	target.errors -= source.errors;
	target.costMicroCents -= source.costMicroCents;
	target.latencyMs -= source.latencyMs;
	target.retries -= source.retries;
	subtractMoments(target.cacheShare, source.cacheShare);
	subtractCounts(target.outputs, source.outputs);
	subtractCounts(target.repeats, source.repeats);
	subtractCounts(target.callers, source.callers);
	for (const [execution, { costMicroCents }] of source.executions) {
		const sum = target.executions.get(execution);
		if (!sum) continue;
		sum.costMicroCents -= costMicroCents;
		if (sum.costMicroCents <= 0) target.executions.delete(execution);
	}
}

export function subtractShapes(target: ShapeSums, source: ShapeSums): void {
	target.requests -= source.requests;
	subtractCounts(target.contexts, source.contexts);
	for (const [key, cell] of source.cells) {
		const sum = target.cells.get(key);
		if (!sum) continue;
		sum.count -= cell.count;
		subtractMoments(sum.logCost, cell.logCost);
		subtractMoments(sum.logLatency, cell.logLatency);
		sum.uncached -= cell.uncached;
		sum.output -= cell.output;
		if (sum.count === 0) target.cells.delete(key);
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

/** Sums of nothing are exactly zero: what rounding left of them would be the mean of no calls. */
function subtractMoments(target: Moments, source: Moments): void {
	target.count -= source.count;
	target.sum = target.count === 0 ? 0 : target.sum - source.sum;
	target.squares = target.count === 0 ? 0 : target.squares - source.squares;
}

function subtractCounts<K>(target: Map<K, number>, source: ReadonlyMap<K, number>): void {
	for (const [key, count] of source) {
		const left = (target.get(key) ?? 0) - count;
		if (left === 0) target.delete(key);
		else target.set(key, left);
	}
}

function increment<K>(counts: Map<K, number>, key: K, by = 1): void {
	counts.set(key, (counts.get(key) ?? 0) + by);
}

export function addCounts<K>(
	target: Map<K, number>,
	source: ReadonlyMap<K, number>,
	weight = 1,
): void {
	for (const [key, count] of source) increment(target, key, weight * count);
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

function repeatKey({ endpoint, model, input }: Call): string {
	return `${endpoint}|${model}|${input}`;
}

function cellOf(sums: ShapeSums, call: Call): ShapeCell {
	const modelKey = `${call.endpoint}|${call.model}`;
	const key = `${modelKey}|${octave(call.failed ? 0 : call.output)}|${octave(call.input)}`;
	const known = sums.cells.get(key);
	if (known) return known;

	const cell = emptyCell({ endpoint: call.endpoint, modelKey });
	sums.cells.set(key, cell);
	return cell;
}

function emptyCell({ endpoint, modelKey }: Pick<ShapeCell, 'endpoint' | 'modelKey'>): ShapeCell {
	const sums = { count: 0, logCost: noMoments(), logLatency: noMoments(), uncached: 0, output: 0 };

	return { endpoint, modelKey, ...sums };
}

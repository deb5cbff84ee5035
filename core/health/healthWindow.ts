import { minuteOf, type Call } from '../behaviour/minuteSums.ts';
import { addLatency, mergeLatencies, type Latencies } from './latencies.ts';

/** How calls of one endpoint × model were answered. */
export type HealthSums = {
	endpoint: string;
	model: string;
	/** Undefined: not known of calls from before a start. */
	provider: string | undefined;
	calls: number;
	/** Answered with 400 or above. */
	failed: number;
	/** Failed at the vendor's own fault: a timeout or 500 and above. What is throttled (429) or wrong (400) is the caller's. */
	unavailable: number;
	/** Of calls that did not fail. */
	input: number;
	/** Lies within `input`. */
	cached: number;
	/** Answered calls whose latency is known, with the sums of what they took, sent uncached and got. */
	timed: number;
	latencyMs: number;
	slowestMs: number;
	timedUncached: number;
	timedOutput: number;
};

type HealthCell = HealthSums & { latencies: Latencies };

/** Minutes of the longest window, and five more for calls that are told of late. */
const MINUTES_KEPT = 65;
/** Endpoints × models told apart in a minute: some kB of each tenant, whatever names callers make up. */
const PARTS_PER_MINUTE = 100;
const OTHERS = 'others';

/** How one tenant's calls of the last hour were answered, by minute and by endpoint × model. */
export class HealthWindow {
	readonly #minutes = new Map<number, Map<string, HealthCell>>();
	/** The last answer of `at`, as several detectors ask for the same; undefined after a call. */
	#known: { minute: number; length: number; sums: ReadonlyMap<string, HealthSums> } | undefined;

	add(call: Call, now: number): void {
		const minute = minuteOf(call.at);
		if (minute <= minuteOf(now) - MINUTES_KEPT) return;
		this.#known = undefined;
		const parts = this.#minutes.get(minute) ?? new Map<string, HealthCell>();
		this.#minutes.set(minute, parts);
		addTo(cellOf(parts, call), call);
	}

	/** Sums of the `length` minutes that end with that of `asOf`, by endpoint × model (`endpoint|model`). */
	at(asOf: number, length: number): ReadonlyMap<string, HealthSums> {
		const minute = minuteOf(asOf);
		if (this.#known?.minute === minute && this.#known.length === length) return this.#known.sums;
		const sums = new Map<string, HealthSums>();
		for (let at = minute - length + 1; at <= minute; at++) {
			for (const [key, cell] of this.#minutes.get(at) ?? []) {
				const sum = sums.get(key) ?? noHealth(cell);
				addHealth(sum, cell);
				sums.set(key, sum);
			}
		}
		this.#known = { minute, length, sums };
		return sums;
	}

	/** Latencies of those minutes, of every part or of those one asks for. */
	latencies(
		asOf: number,
		length: number,
		isWanted: (part: HealthSums) => boolean = () => true,
	): Latencies {
		const minute = minuteOf(asOf);
		const latencies: Latencies = new Map();
		for (let at = minute - length + 1; at <= minute; at++) {
			for (const cell of this.#minutes.get(at)?.values() ?? []) {
				if (isWanted(cell)) mergeLatencies(latencies, cell.latencies);
			}
		}
		return latencies;
	}

	forget(now: number): void {
		const oldest = minuteOf(now) - MINUTES_KEPT;
		for (const minute of this.#minutes.keys()) if (minute <= oldest) this.#minutes.delete(minute);
		this.#known = undefined;
	}
}

/** Sums of several parts as one. */
export function totalHealth(parts: Iterable<HealthSums>): HealthSums {
	const total = noHealth({ endpoint: '', model: '', provider: undefined });
	for (const part of parts) addHealth(total, part);

	return total;
}

function cellOf(parts: Map<string, HealthCell>, call: Call): HealthCell {
	const name = `${call.endpoint}|${call.model}`;
	const isFull = parts.size >= PARTS_PER_MINUTE && !parts.has(name);
	const key = isFull ? OTHERS : name;
	const known = parts.get(key);
	if (known) return known;
	const { endpoint, model, provider } = call;
	const named = isFull
		? { endpoint: OTHERS, model: OTHERS, provider: undefined }
		: { endpoint, model, provider };
	const cell = { ...noHealth(named), latencies: new Map<number, number>() };
	parts.set(key, cell);
	return cell;
}

function addTo(cell: HealthCell, call: Call): void {
	const { input, cached, output, failed, latencyMs, statusCode } = call;
	cell.calls += 1;
	cell.provider ??= cell.endpoint === OTHERS ? undefined : call.provider;
	if (failed) cell.failed += 1;
	if (failed && statusCode !== undefined && (statusCode >= 500 || statusCode === 408)) {
		cell.unavailable += 1;
	}
	if (failed) return;
	cell.input += input;
	cell.cached += cached;
	if (latencyMs === undefined) return;
	cell.timed += 1;
	cell.latencyMs += latencyMs;
	cell.slowestMs = Math.max(cell.slowestMs, latencyMs);
	cell.timedUncached += input - cached;
	cell.timedOutput += output;
	addLatency(cell.latencies, latencyMs);
}

function addHealth(target: HealthSums, source: HealthSums): void {
	target.provider ??= source.provider;
	target.calls += source.calls;
	target.failed += source.failed;
	target.unavailable += source.unavailable;
	target.input += source.input;
	target.cached += source.cached;
	target.timed += source.timed;
	target.latencyMs += source.latencyMs;
	target.slowestMs = Math.max(target.slowestMs, source.slowestMs);
	target.timedUncached += source.timedUncached;
	target.timedOutput += source.timedOutput;
}

function noHealth({
	endpoint,
	model,
	provider,
}: Pick<HealthSums, 'endpoint' | 'model' | 'provider'>): HealthSums {
	return {
		...{ endpoint, model, provider, calls: 0, failed: 0, unavailable: 0, input: 0, cached: 0 },
		...{ timed: 0, latencyMs: 0, slowestMs: 0, timedUncached: 0, timedOutput: 0 },
	};
}

import type { Call } from '../behaviour/minuteSums.ts';

/** The same thing asked for again and again, by one execution or by one caller over its executions. */
export type Repetition = {
	of: 'toolCall' | 'prompt';
	within: 'execution' | 'caller';
	/** The execution, or `source|workflow|node`. */
	by: string;
	hash: string;
	endpoint: string;
};

type Asked = Repetition & {
	/** Epoch ms of the latest, oldest first. */
	times: number[];
};

/** More than any threshold asks about. */
const TIMES_KEPT = 200;
/** Different requests remembered of a tenant, 1,000 at most: half a megabyte. What repeats itself stays. */
const GENERATION = 500;
/** Twice is what many do; only from here on is somebody looked at. */
const NOTED_FROM = 3;
/** Of a batch of 1,000 calls, the last ones that repeat something. */
const NOTED_KEPT = 200;

/** What a tenant asked for more than once lately. Hashes only; it is kept in memory alone, and a restart forgets it. */
export class RepeatedCalls {
	/** Two generations: when the young one is full, it is the old one, and what was old is forgotten. */
	#young = new Map<string, Asked>();
	#old = new Map<string, Asked>();
	/** The latest calls that repeated something, in the order they were told of. */
	#noted: { asked: Asked; at: number }[] = [];

	add({ at, endpoint, caller, execution, promptHash, toolCallHash }: Call): void {
		for (const [of, hash] of [
			['toolCall', toolCallHash],
			['prompt', promptHash],
		] as const) {
			if (hash === undefined) continue;
			if (execution !== '') {
				this.#add({ of, within: 'execution', by: execution, hash, endpoint }, at);
			}
			if (caller !== '') this.#add({ of, within: 'caller', by: caller, hash, endpoint }, at);
		}
	}

	/**
	 * What was asked for in the second of `asOf`, for the third time or more, with how often in the `windowMs` that end with
	 * it. Cheap, as it is asked at every recorded call.
	 */
	at(asOf: number, windowMs: number): (Repetition & { times: number })[] {
		const second = Math.floor(asOf / 1000);
		const found = new Set<Asked>();
		for (const { asked, at } of this.#noted) {
			// A batch may be told of newest first: then it is the latest call that counts, not the last one heard of.
			const latest = asked.times.at(-1) ?? at;
			if (Math.floor(at / 1000) === second || Math.floor(latest / 1000) === second)
				found.add(asked);
		}
		return [...found].map(({ times, ...repetition }) => ({
			...repetition,
			times: times.filter((at) => at > asOf - windowMs && at <= asOf).length,
		}));
	}

	/** Drops what was not asked for since `before`, epoch ms. */
	forget(before: number): void {
		for (const generation of [this.#young, this.#old]) {
			for (const [key, { times }] of generation) {
				if ((times.at(-1) ?? 0) < before) generation.delete(key);
			}
		}
		this.#noted = this.#noted.filter(({ at }) => at >= before);
	}

	#add(repetition: Repetition, at: number): void {
		const { of, within, by, hash } = repetition;
		const key = `${of}|${within}|${hash}|${by}`;
		const asked = this.#young.get(key) ?? this.#old.get(key) ?? { ...repetition, times: [] };
		if (this.#young.size >= GENERATION && !this.#young.has(key)) {
			this.#old = this.#young;
			this.#young = new Map();
		}
		this.#young.set(key, asked);
		keepInOrder(asked.times, at);
		if (asked.times.length < NOTED_FROM) return;
		this.#noted.push({ asked, at });
		if (this.#noted.length > NOTED_KEPT) this.#noted.shift();
	}
}

/** Calls are told of nearly in order: the place is at the end or close to it. */
function keepInOrder(times: number[], at: number): void {
	let place = times.length;
	while (place > 0 && (times[place - 1] ?? 0) > at) place -= 1;
	times.splice(place, 0, at);
	if (times.length > TIMES_KEPT) times.shift();
}

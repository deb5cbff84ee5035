/** A seeded random source (sfc32) with the few distributions the benchmark needs. */
export type Random = {
	/** [0, 1) */
	uniform(): number;
	normal(): number;
	/** Mean 1. */
	exponential(): number;
	/** Mean `shape`. */
	gamma(shape: number): number;
	range(low: number, high: number): number;
	/** Uniform in the logarithm. */
	logRange(low: number, high: number): number;
	/** 0 … below - 1 */
	int(below: number): number;
	pick<T>(list: readonly T[]): T;
	/** In place. */
	shuffle<T>(list: T[]): T[];
};

/** The same seed gives the same numbers, here and in the reference implementation of this benchmark. */
export function seededBy(seed: string): Random {
	const uniform = sfc32(seed);
	const range = (low: number, high: number) => low + (high - low) * uniform();
	const int = (below: number) => Math.floor(uniform() * below);
	const normal = polarNormal(uniform);

	return {
		uniform,
		normal,
		exponential: () => -Math.log(1 - uniform()),
		gamma: (shape) => gamma(shape, uniform, normal),
		range,
		logRange: (low, high) => Math.exp(range(Math.log(low), Math.log(high))),
		int,
		pick: (list) => {
			const picked = list[int(list.length)];
			if (picked === undefined) throw new RangeError('nothing to pick from');
			return picked;
		},
		shuffle: (list) => {
			for (let last = list.length - 1; last > 0; last--) swap(list, last, int(last + 1));
			return list;
		},
	};
}

function swap(list: unknown[], first: number, second: number): void {
	const [one, other] = [list[first], list[second]];
	list[first] = other;
	list[second] = one;
}

function sfc32(seed: string): () => number {
	const next = hash(seed);
	let a = next();
	let b = next();
	let c = next();
	let counter = 1;
	const uniform = () => {
		const mixed = (((a + b) | 0) + counter) | 0;
		counter = (counter + 1) | 0;
		a = b ^ (b >>> 9);
		b = (c + (c << 3)) | 0;
		c = (c << 21) | (c >>> 11);
		c = (c + mixed) | 0;
		return (mixed >>> 0) / 4_294_967_296;
	};
	for (let round = 0; round < 15; round++) uniform();
	return uniform;
}

/** xmur3: any number of 32-bit seeds from a text. */
function hash(text: string): () => number {
	let state = 1_779_033_703 ^ text.length;
	for (let at = 0; at < text.length; at++) {
		state = Math.imul(state ^ text.charCodeAt(at), 3_432_918_353);
		state = (state << 13) | (state >>> 19);
	}
	return () => {
		state = Math.imul(state ^ (state >>> 16), 2_246_822_507);
		state = Math.imul(state ^ (state >>> 13), 3_266_489_909);
		state ^= state >>> 16;
		return state >>> 0;
	};
}

/** Marsaglia's polar method; every second number is left over from the one before. */
function polarNormal(uniform: () => number): () => number {
	let spare: number | undefined;

	return () => {
		if (spare !== undefined) {
			const kept = spare;
			spare = undefined;
			return kept;
		}
		let u: number;
		let v: number;
		let square: number;
		do {
			u = 2 * uniform() - 1;
			v = 2 * uniform() - 1;
			square = u * u + v * v;
		} while (square >= 1 || square === 0);
		const factor = Math.sqrt((-2 * Math.log(square)) / square);
		spare = v * factor;
		return u * factor;
	};
}

/** Marsaglia and Tsang (2000); a shape below 1 through their boost. */
function gamma(shape: number, uniform: () => number, normal: () => number): number {
	if (shape < 1) {
		return gamma(shape + 1, uniform, normal) * Math.pow(uniform() || 1e-12, 1 / shape);
	}
	const d = shape - 1 / 3;
	const c = 1 / Math.sqrt(9 * d);
	for (;;) {
		let x: number;
		let v: number;
		do {
			x = normal();
			v = 1 + c * x;
		} while (v <= 0);
		v = v * v * v;
		const u = uniform();
		if (u < 1 - 0.0331 * x ** 4) return d * v;
		if (Math.log(u || 1e-300) < 0.5 * x * x + d * (1 - v + Math.log(v))) return d * v;
	}
}

import { seededRandom } from '../../core/behaviour/seededRandom.ts';

/** The few distributions the traffic needs, from one seed: the same seed gives the same calls. */
export type Random = {
	/** 0 ≤ x < 1 */
	uniform(): number;
	between(low: number, high: number): number;
	normal(): number;
	/** Mean 1. */
	exponential(): number;
	/** Mean 1; the coefficient of variation is 1 / √shape. */
	gamma(shape: number): number;
};

export function createRandom(seed: string): Random {
	const uniform = seededRandom(hash(seed));

	function normal(): number {
		return Math.sqrt(2 * exponential()) * Math.cos(2 * Math.PI * uniform());
	}

	function exponential(): number {
		return -Math.log(1 - uniform());
	}

	/** Marsaglia and Tsang 2000; a shape below 1 goes through the next one above. */
	function unscaledGamma(shape: number): number {
		if (shape < 1) return unscaledGamma(shape + 1) * (1 - uniform()) ** (1 / shape);

		const d = shape - 1 / 3;
		const c = 1 / Math.sqrt(9 * d);
		for (;;) {
			const x = normal();
			const v = (1 + c * x) ** 3;
			if (v <= 0) continue;
			if (Math.log(1 - uniform()) < x ** 2 / 2 + d * (1 - v + Math.log(v))) return d * v;
		}
	}

	return {
		uniform,
		between: (low, high) => low + (high - low) * uniform(),
		normal,
		exponential,
		gamma: (shape) => unscaledGamma(shape) / shape,
	};
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
	let state = 0x811c9dc5;
	for (const character of text) {
		state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
	}
	return state >>> 0;
}

import { FEATURES } from './features.ts';
import { MINUTES_PER_DAY } from './levels.ts';

/** 13 features, sine and cosine of the hour of day, and the constant. */
export const DIMENSIONS = FEATURES.length + 3;

/**
 * Cosine forgets magnitude: a uniform 40× spike would have distance 0. The constant coordinate makes the vector
 * homogeneous, so the angle to (0, …, 0, 8) grows with the norm of the features. 8 keeps the useful range in the
 * linear part of the tangent; 1 or less loses a third of the recall.
 */
export const CONSTANT = 8;

/** Deviations below this many spreads are ordinary and do not turn the vector. */
const DEAD_ZONE = 1.5;
const TIME_WEIGHT = 0.5;

/** Standardised features of the snapshot that ends with `minute` (since the epoch) → its vector. */
export function embed(standardised: readonly number[], minute: number): number[] {
	const angle = (2 * Math.PI * (minute % MINUTES_PER_DAY)) / MINUTES_PER_DAY;
	const emphasised = FEATURES.map(({ above, below }, feature) => {
		const z = standardised[feature] ?? 0;
		const beyond = Math.abs(z) - DEAD_ZONE;
		if (beyond <= 0) return 0;

		return z > 0 ? above * beyond : -below * beyond;
	});
	return [...emphasised, TIME_WEIGHT * Math.sin(angle), TIME_WEIGHT * Math.cos(angle), CONSTANT];
}

/** The vector of a tenant that behaves exactly as its baseline expects. */
export function origin(): number[] {
	return [...new Array<number>(DIMENSIONS - 1).fill(0), CONSTANT];
}

import { COORDINATES } from './features.ts';
import { MINUTES_PER_DAY } from './levels.ts';

/** Every coordinate, room for more, sine and cosine of the hour of day, and the constant: the width of the column. */
export const DIMENSIONS = 64;
const ROOM = new Array<number>(DIMENSIONS - COORDINATES.length - 3).fill(0);

/**
 * Cosine forgets magnitude: a uniform 40× spike would have distance 0. The constant coordinate makes the vector
 * homogeneous, so the angle to (0, …, 0, 8) grows with the norm of the features. 8 keeps the useful range in the
 * linear part of the tangent; 1 or less loses a third of the recall.
 */
export const CONSTANT = 8;

/** Deviations below this many spreads are ordinary and do not turn the vector. */
const DEAD_ZONE = 1.25;
const TIME_WEIGHT = 0.5;

/** Standardised features of the snapshot that ends with `minute` (since the epoch) → its vector. */
export function embed(standardised: readonly number[], minute: number): number[] {
	const angle = (2 * Math.PI * (minute % MINUTES_PER_DAY)) / MINUTES_PER_DAY;
	const emphasised = COORDINATES.map(({ weight }, coordinate) =>
		weight === 0 ? 0 : weight * Math.max(0, (standardised[coordinate] ?? 0) - DEAD_ZONE),
	);
	return [
		...emphasised,
		...ROOM,
		TIME_WEIGHT * Math.sin(angle),
		TIME_WEIGHT * Math.cos(angle),
		CONSTANT,
	];
}

/** The vector of a tenant that behaves exactly as its baseline expects. */
export function origin(): number[] {
	return [...new Array<number>(DIMENSIONS - 1).fill(0), CONSTANT];
}

/** A plane through many-dimensional space: where it lies, and two directions at a right angle. */
export type Plane = {
	centre: number[];
	axes: readonly [number[], number[]];
	/** Share of what varies that lies within the plane, 0 to 1. */
	explained: number;
};

const ROUNDS = 300;
/** A direction has settled when a round turns it by less than this. */
const SETTLED = 1e-10;

/**
 * The plane that shows most of what varies among these vectors (principal component analysis). The same vectors give the
 * same plane, whatever their order. Without any variation it is that of the first two coordinates.
 */
export function fitPlane(vectors: readonly (readonly number[])[]): Plane {
	const dimensions = Math.max(2, vectors[0]?.length ?? 0);
	const centre = meanOf(vectors, dimensions);
	const spread = covarianceOf(vectors, centre);
	const total = spread.reduce((sum, row, index) => sum + (row[index] ?? 0), 0);
	const first = mainDirection(spread, []);
	const second = mainDirection(spread, [first]);
	const within = varianceAlong(spread, first) + varianceAlong(spread, second);

	return {
		centre,
		axes: [facingUp(first), facingUp(second)],
		explained: total > 0 ? Math.min(1, within / total) : 1,
	};
}

/** Where a vector is seen when looking straight at the plane. */
export function project({ centre, axes }: Plane, vector: readonly number[]): [number, number] {
	const along = (axis: readonly number[]) =>
		axis.reduce(
			(sum, part, index) => sum + part * ((vector[index] ?? 0) - (centre[index] ?? 0)),
			0,
		);

	return [along(axes[0]), along(axes[1])];
}

function meanOf(vectors: readonly (readonly number[])[], dimensions: number): number[] {
	const sum = new Array<number>(dimensions).fill(0);
	for (const vector of vectors) {
		for (let index = 0; index < dimensions; index++)
			sum[index] = (sum[index] ?? 0) + (vector[index] ?? 0);
	}
	return sum.map((value) => value / Math.max(1, vectors.length));
}

function covarianceOf(
	vectors: readonly (readonly number[])[],
	centre: readonly number[],
): number[][] {
	const covariance = centre.map(() => centre.map(() => 0));
	for (const vector of vectors) {
		const from = centre.map((middle, index) => (vector[index] ?? 0) - middle);
		covariance.forEach((row, index) => {
			const part = from[index] ?? 0;
			// Most features of most snapshots are exactly at their usual value.
			if (part === 0) return;
			from.forEach((other, column) => {
				row[column] = (row[column] ?? 0) + part * other;
			});
		});
	}
	return covariance;
}

/** The direction of most variance at a right angle to `others` (power iteration). */
function mainDirection(
	covariance: readonly (readonly number[])[],
	others: readonly number[][],
): number[] {
	let direction = startOf(covariance, others);
	for (let round = 0; round < ROUNDS; round++) {
		const turned = covariance.map((row) => dot(row, direction));
		const next = normalised(without(turned, others));
		if (!next) break;
		const moved = 1 - Math.abs(dot(next, direction));
		direction = next;
		if (moved < SETTLED) break;
	}
	return direction;
}

/** The coordinate axis with most variance, then the next, that is not within `others`. */
function startOf(
	covariance: readonly (readonly number[])[],
	others: readonly number[][],
): number[] {
	const coordinates = covariance
		.map((row, index) => ({ index, variance: row[index] ?? 0 }))
		.sort((a, b) => b.variance - a.variance || a.index - b.index);
	for (const { index } of coordinates) {
		const axis = covariance.map((_, at) => (at === index ? 1 : 0));
		const start = normalised(without(axis, others));
		if (start) return start;
	}
	return covariance.map(() => 0);
}

function varianceAlong(
	covariance: readonly (readonly number[])[],
	axis: readonly number[],
): number {
	return dot(
		covariance.map((row) => dot(row, axis)),
		axis,
	);
}

function without(vector: readonly number[], others: readonly number[][]): number[] {
	return others.reduce<number[]>(
		(left, other) => {
			const along = dot(left, other);
			return left.map((value, index) => value - along * (other[index] ?? 0));
		},
		[...vector],
	);
}

/** Undefined: there is nothing left of it. */
function normalised(vector: readonly number[]): number[] | undefined {
	const length = Math.sqrt(dot(vector, vector));

	return length > 1e-12 ? vector.map((value) => value / length) : undefined;
}

/** A direction and its opposite are the same axis: the one whose largest part is positive keeps pictures from flipping. */
function facingUp(axis: readonly number[]): number[] {
	const largest = axis.reduce((most, part) => (Math.abs(part) > Math.abs(most) ? part : most), 0);

	return axis.map((part) => (largest < 0 ? -part : part));
}

function dot(a: readonly number[], b: readonly number[]): number {
	let sum = 0;
	for (let index = 0; index < a.length; index++) sum += (a[index] ?? 0) * (b[index] ?? 0);

	return sum;
}

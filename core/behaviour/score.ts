import { CONSTANT } from './embedding.ts';
import { COORDINATES, type FeatureName, type WindowMinutes } from './features.ts';
import type { Scale } from './scales.ts';

/**
 * tan(angle) beyond which a snapshot is flagged. On the tuning tenants of bench/detection 0.517 raises one false alert per
 * tenant-week; a little more is shipped, as other tenants are other. For one false alert in two weeks multiply by 1.13, for
 * three a week by 0.75.
 */
export const SHIPPED_LIMIT = 0.54;

/** Cosine distance → tan(angle). It undoes the flattening of the angle: it grows linearly with the norm of the features. */
export function tangentOf(distance: number): number {
	const cosine = 1 - Math.max(0, Math.min(0.999_999, distance));

	return Math.sqrt(1 / cosine ** 2 - 1);
}

/** Cosine distance → strength: 1 is at the limit (in units of the tangent), 2 twice as far out. */
export function strengthOf(distance: number, limit: number): number {
	return tangentOf(distance) / limit;
}

/** Why a snapshot is where it is: a feature, the window it moved most in, and how much it turned the vector. */
export type Reason = {
	feature: FeatureName;
	windowMinutes: WindowMinutes;
	/** Share of the constant coordinate: 1 turns the vector by 45 degrees. */
	weight: number;
	/** As measured, and as usual for this tenant, in the unit of the feature. */
	raw: number;
	usual: number;
};

/** The three features that turned the vector most, largest first, each in the window where it did. */
export function reasonsOf(
	vector: readonly number[],
	raw: readonly number[],
	scales: readonly Scale[],
): Reason[] {
	const strongest = new Map<FeatureName, Reason>();
	COORDINATES.forEach(({ feature, windowMinutes }, coordinate) => {
		const weight = rounded((vector[coordinate] ?? 0) / CONSTANT);
		if (Math.abs(weight) <= Math.abs(strongest.get(feature)?.weight ?? 0)) return;
		strongest.set(feature, {
			...{ feature, windowMinutes, weight },
			raw: rounded(raw[coordinate] ?? 0),
			usual: rounded(scales[coordinate]?.middle ?? 0),
		});
	});
	return [...strongest.values()]
		.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
		.slice(0, 3);
}

function rounded(value: number): number {
	return Math.round(value * 1000) / 1000;
}

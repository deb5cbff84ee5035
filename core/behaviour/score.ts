import { CONSTANT } from './embedding.ts';
import { FEATURES, type FeatureName, type WindowMinutes } from './features.ts';

/**
 * tan(angle) that counts as 1, per window: one false alert per tenant-week on real traffic, learned on tenants that
 * were not used for checking. As cosine distances: 0.157, 0.082, 0.068.
 */
const LIMITS: Record<WindowMinutes, number> = { 5: 0.637, 15: 0.431, 60: 0.39 };

/**
 * Cosine distance → strength: 1 is the limit of the window, 2 twice as far out. The tangent undoes the flattening of
 * the angle, so strength grows linearly with the norm of the features.
 */
export function strengthOf(distance: number, windowMinutes: WindowMinutes): number {
	const cosine = 1 - Math.max(0, Math.min(0.999_999, distance));

	return Math.sqrt(1 / cosine ** 2 - 1) / LIMITS[windowMinutes];
}

export type Reason = { feature: FeatureName; weight: number };

/** The three features that turned the vector most, largest first. */
export function reasonsOf(vector: readonly number[]): Reason[] {
	return FEATURES.map(({ name }, feature) => ({ feature: name, weight: vector[feature] ?? 0 }))
		.filter((reason) => reason.weight !== 0)
		.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
		.slice(0, 3)
		.map(({ feature, weight }) => ({
			feature,
			weight: Math.round((weight / CONSTANT) * 1000) / 1000,
		}));
}

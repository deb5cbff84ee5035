import type { Limit } from '../../../core/limits.ts';
import type { MicroCents } from '../../../core/money.ts';
import { createReplayedDetectors } from '../detectors/index.ts';
import type { DetectorThresholds } from '../detectors/thresholds.ts';

/** What a backtest changes; what is undefined stays as it is configured. */
export type BacktestChanges = {
	capMicroCents?: MicroCents | undefined;
	ratioPct?: number | undefined;
	/** Times the limit at which the vector opens the breaker; null: it never does. */
	tripStrength?: number | null | undefined;
	/** Times the tenant's limit; 2 lets a snapshot lie twice as far out. */
	vectorLimitFactor?: number | undefined;
	/** By name; false switches one off. */
	detectors?: Readonly<Record<string, boolean>> | undefined;
	/** In place of those of the same id, or beside the others. */
	limits?: readonly Limit[] | undefined;
};

/** One set of rules. */
export type BacktestSettings = {
	thresholds: DetectorThresholds;
	vectorLimitFactor: number;
	detectors: Record<string, boolean>;
	limits: readonly Limit[];
};

/** The rules as they are configured now. */
export function configuredSettings(
	thresholds: DetectorThresholds,
	limits: readonly Limit[],
): BacktestSettings {
	const names = createReplayedDetectors(thresholds).map(({ name }) => name);

	return {
		...{ thresholds, limits, vectorLimitFactor: 1 },
		detectors: Object.fromEntries(names.map((name) => [name, true])),
	};
}

export function changedSettings(
	configured: BacktestSettings,
	changes: BacktestChanges,
): BacktestSettings {
	const { thresholds } = configured;
	const { capMicroCents, ratioPct, tripStrength, vectorLimitFactor, limits = [] } = changes;
	const replaced = new Set(limits.map(({ id }) => id));

	return {
		thresholds: {
			...thresholds,
			capMicroCents: capMicroCents ?? thresholds.capMicroCents,
			ratioPct: ratioPct ?? thresholds.ratioPct,
			tripStrength:
				tripStrength === undefined ? thresholds.tripStrength : (tripStrength ?? undefined),
		},
		vectorLimitFactor: vectorLimitFactor ?? configured.vectorLimitFactor,
		detectors: { ...configured.detectors, ...changes.detectors },
		limits: [...configured.limits.filter(({ id }) => !replaced.has(id)), ...limits],
	};
}

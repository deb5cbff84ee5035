import type { MicroCents } from '../../../core/money.ts';

/** What guards spend and behaviour; a backtest changes these. */
export type DetectorThresholds = {
	capMicroCents: MicroCents;
	ratioPct: number;
	tripStrength: number | undefined;
};

/** What guards budgets, loops, and how calls are answered. */
export type HealthThresholds = {
	/** Percent of a budget at which people are told, ascending. */
	budgetPcts: readonly number[];
	/** Times the same tool call, or the same prompt, within one execution. */
	repeatedToolCalls: number;
	repeatedPrompts: number;
	repeatedWindowMs: number;
	repeatedVerdict: 'flag' | 'trip';
	errorRatePct: number;
	errorMinCalls: number;
	latencyP95Ms: number;
	/** Percent of what such calls usually take; 100: whatever is usual. */
	latencySlowdownPct: number;
	latencyMinCalls: number;
	interactiveLatencyP95Ms: number;
	interactiveQueueAgeMs: number;
	cacheHitPct: number;
	/** How far the ratio has to fall, in percentage points. */
	cacheHitDropPct: number;
	cacheHitMinCalls: number;
	noDataMs: number;
	/** Detectors, by name, that are switched off. */
	detectorsOff: ReadonlySet<string>;
};

import { z } from 'zod';
import { MINUTE_MS } from '../../core/durations.ts';
import type { HealthThresholds } from './detectors/thresholds.ts';

const percent = z.coerce.number().min(1).max(100);
const calls = z.coerce.number().int().min(1).max(1_000_000);
/** Two in the window may be chance; above 60 (180 of one caller) times would have to be kept that nobody asks about. */
const times = z.coerce.number().int().min(3).max(60);
const latencyMs = z.coerce.number().int().min(100).max(3_600_000);

const MAX_BUDGET_THRESHOLDS = 10;

const DETECTOR_NAMES = [
	...['spendCap', 'spikeRatio', 'vectorDistance', 'budgetThreshold', 'repeatedCall', 'errorRate'],
	...['latencyP95', 'cacheHitRatio', 'noData', 'providerErrorRate', 'providerLatencyP95'],
];

/** The variables of the detectors of budgets, loops, and how calls are answered. */
export const detectorEnvironment = {
	FUSE_BUDGET_THRESHOLDS_PCT: z
		.string()
		.default('50,75,90,100')
		.transform((text, context) => {
			const pcts = listOf(text).map(Number);
			const isValid = pcts.every((pct) => pct >= 1 && pct <= 1000);
			if (pcts.length > 0 && pcts.length <= MAX_BUDGET_THRESHOLDS && isValid) {
				return [...new Set(pcts)].sort((a, b) => a - b);
			}
			context.addIssue(
				`expected up to ${MAX_BUDGET_THRESHOLDS} percentages from 1 to 1000: 50,75,90,100`,
			);
			return z.NEVER;
		}),
	FUSE_REPEATED_TOOL_CALLS: times.default(5),
	FUSE_REPEATED_PROMPTS: times.default(10),
	FUSE_REPEATED_WINDOW_SECONDS: z.coerce.number().int().min(10).max(3600).default(300),
	FUSE_REPEATED_VERDICT: z.enum(['flag', 'trip']).default('flag'),
	FUSE_ERROR_RATE_PCT: percent.default(20),
	FUSE_ERROR_MIN_CALLS: calls.default(20),
	FUSE_LATENCY_P95_MS: latencyMs.default(10_000),
	FUSE_LATENCY_SLOWDOWN_PCT: z.coerce.number().min(100).max(10_000).default(200),
	FUSE_LATENCY_MIN_CALLS: calls.default(20),
	FUSE_INTERACTIVE_LATENCY_P95_MS: latencyMs.default(18_000),
	FUSE_INTERACTIVE_QUEUE_AGE_MS: z.coerce.number().int().min(1000).max(86_400_000).default(240_000),
	FUSE_CACHE_HIT_PCT: percent.default(55),
	FUSE_CACHE_HIT_DROP_PCT: percent.default(15),
	FUSE_CACHE_HIT_MIN_CALLS: calls.default(50),
	FUSE_NO_DATA_MINUTES: z.coerce.number().int().min(15).max(720).default(60),
	FUSE_DETECTORS_OFF: z
		.string()
		.default('')
		.transform((text, context) => {
			const names = listOf(text);
			const unknown = names.find((name) => !DETECTOR_NAMES.includes(name));
			if (unknown === undefined) return new Set(names);
			context.addIssue(`expected names of detectors (${DETECTOR_NAMES.join(', ')})`);
			return z.NEVER;
		}),
};

type Settings = {
	[Name in keyof typeof detectorEnvironment]: z.output<(typeof detectorEnvironment)[Name]>;
};

export function healthThresholds(settings: Settings): HealthThresholds {
	return {
		budgetPcts: settings.FUSE_BUDGET_THRESHOLDS_PCT,
		repeatedToolCalls: settings.FUSE_REPEATED_TOOL_CALLS,
		repeatedPrompts: settings.FUSE_REPEATED_PROMPTS,
		repeatedWindowMs: settings.FUSE_REPEATED_WINDOW_SECONDS * 1000,
		repeatedVerdict: settings.FUSE_REPEATED_VERDICT,
		errorRatePct: settings.FUSE_ERROR_RATE_PCT,
		errorMinCalls: settings.FUSE_ERROR_MIN_CALLS,
		latencyP95Ms: settings.FUSE_LATENCY_P95_MS,
		latencySlowdownPct: settings.FUSE_LATENCY_SLOWDOWN_PCT,
		latencyMinCalls: settings.FUSE_LATENCY_MIN_CALLS,
		interactiveLatencyP95Ms: settings.FUSE_INTERACTIVE_LATENCY_P95_MS,
		interactiveQueueAgeMs: settings.FUSE_INTERACTIVE_QUEUE_AGE_MS,
		cacheHitPct: settings.FUSE_CACHE_HIT_PCT,
		cacheHitDropPct: settings.FUSE_CACHE_HIT_DROP_PCT,
		cacheHitMinCalls: settings.FUSE_CACHE_HIT_MIN_CALLS,
		noDataMs: settings.FUSE_NO_DATA_MINUTES * MINUTE_MS,
		detectorsOff: settings.FUSE_DETECTORS_OFF,
	};
}

function listOf(text: string): string[] {
	return text
		.split(',')
		.map((part) => part.trim())
		.filter((part) => part !== '');
}

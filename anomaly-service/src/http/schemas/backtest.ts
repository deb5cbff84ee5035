import { z } from 'zod';
import { usdToMicroCents } from '../../../../core/money.ts';
import { dayOrInstant, instant, tenantId } from './common.ts';
import { limitBody, limitId } from './limit.ts';

const MAX_USD = 90_000_000;
const LIMITS_MAX = 100;
export const BACKTEST_DAYS_MAX = 35;

const changes = z.strictObject({
	spendCapUsdPerMinute: z
		.number()
		.positive()
		.max(MAX_USD)
		.transform(usdToMicroCents)
		.optional()
		.meta({ description: 'Above it the last 60 s trip the breaker', examples: [2.5] }),
	spikeRatioPct: z
		.number()
		.min(101)
		.max(100_000)
		.optional()
		.meta({ description: 'Per cent of the usual spend at which the spike rule flags' }),
	vectorLimitFactor: z
		.number()
		.min(0.1)
		.max(10)
		.optional()
		.meta({ description: 'Times the tenant’s limit: 0.5 flags at half the distance' }),
	tripStrength: z.number().min(1).max(100).nullish().meta({
		description: 'Times the limit at which the vector trips the breaker; null: it only flags',
	}),
	detectors: z
		.record(z.string(), z.boolean())
		.optional()
		.meta({ description: 'By name; false switches one off', examples: [{ spikeRatio: false }] }),
	limits: z
		.array(limitBody)
		.max(LIMITS_MAX)
		.optional()
		.meta({ description: 'As POST /v1/limits takes them; one with a known id replaces it' }),
});

export const backtestBody = z
	.strictObject({
		tenantId,
		days: z
			.int()
			.min(1)
			.max(BACKTEST_DAYS_MAX)
			.optional()
			.meta({ description: 'The last days until now; 7 unless from is given' }),
		from: dayOrInstant.optional(),
		to: dayOrInstant
			.optional()
			.meta({ description: 'The end, itself not within; now unless given' }),
		changes: changes.default({}),
	})
	.refine(({ days, from }) => days === undefined || from === undefined, {
		path: ['days'],
		message: 'days and from exclude each other',
	});

const money = z.int().meta({ description: 'Micro-cents' });
const judged = z.enum(['incident', 'fine', 'unknown']).meta({
	description: 'Within a known incident; said to be fine by a person; nobody said anything',
});

const firing = z.object({
	rule: z.string(),
	at: instant,
	outcome: z.enum(['tripped', 'alerted']),
	severity: z.enum(['warning', 'high', 'critical']),
	strength: z.number().meta({ description: 'Times the threshold' }),
	peakStrength: z.number().meta({ description: 'The strongest that people were told of' }),
	notifications: z.int(),
	judged,
	incidentId: z.string().nullable(),
	closedAt: instant
		.nullable()
		.meta({ description: 'Of a breaker; null: it was never open or still is' }),
	refusedCalls: z.int(),
	refusedMicroCents: money,
	evidence: z.looseObject({}),
});

const side = z.object({
	settings: z.object({
		spendCapMicroCentsPerMinute: money,
		spikeRatioPct: z.number(),
		vectorLimitFactor: z.number(),
		tripStrength: z.number().nullable(),
		detectors: z.record(z.string(), z.boolean()),
		limitIds: z.array(limitId),
	}),
	savedMicroCents: money,
	savedCalls: z.int(),
	refusedInErrorMicroCents: money,
	refusedInErrorCalls: z.int(),
	trips: z.int(),
	alerts: z.int(),
	falseAlarms: z.int(),
	incidents: z.array(
		z.object({
			incidentId: z.string(),
			knownFrom: z.enum(['breaker', 'feedback']),
			openedAt: instant,
			closedAt: instant.nullable(),
			foundBy: z.string().nullable().meta({ description: 'The first rule; null: missed' }),
			delayMinutes: z.number().nullable().meta({ description: 'Negative: before it was opened' }),
		}),
	),
	limits: z.array(
		z.object({
			limitId: z.string(),
			refusedCalls: z.int(),
			refusedMicroCents: money,
			firstAt: instant,
		}),
	),
	firings: z.array(firing).meta({ description: 'Oldest first' }),
	firingsNotShown: z.int(),
});

export const backtestAnswer = z
	.object({
		tenantId,
		from: instant,
		to: instant,
		configured: side,
		changed: side,
		difference: z.object({
			summary: z.string().meta({ description: 'In one sentence' }),
			savedMicroCents: money,
			trips: z.int(),
			alerts: z.int(),
			falseAlarms: z.int(),
			incidentsFound: z.int(),
		}),
		basis: z.object({
			days: z.number(),
			calls: z.int(),
			snapshots: z.int(),
			incidents: z.int(),
			limitsNotReplayed: z.array(z.string()),
		}),
		assumptions: z.array(z.string()),
	})
	.meta({ id: 'Backtest' });

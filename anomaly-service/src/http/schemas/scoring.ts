import { z } from 'zod';
import { FEEDBACK_VERDICTS } from '../../ports/scoringFunctions.ts';
import { anyId, instant, tenantId, text } from './common.ts';

const NOTE_MAX = 500;

const distance = z.number().meta({ description: 'Cosine distance, 0 to 2' });
const timesTheLimit = z.number().meta({
	description: 'How far out the snapshot is in units of the tenant’s limit: above 1 it is flagged',
});
const space = z.string().meta({
	description: 'Where the vector lives; vectors of different spaces are never compared',
	examples: ['features'],
});
const verdict = z.enum(FEEDBACK_VERDICTS).meta({
	description:
		'fine: what is alike alerts no more until it expires; incident: the baseline does not learn from it',
});

export const feedbackBody = z
	.strictObject({
		at: instant
			.optional()
			.meta({ description: 'A moment: the snapshot kept nearest to it is judged' }),
		openedAt: instant
			.optional()
			.meta({ description: 'openedAt of an alert: all its flagged minutes are judged' }),
		verdict,
		expiresInDays: z
			.int()
			.min(1)
			.max(366)
			.default(30)
			.meta({ description: 'For how long it holds; nothing is suppressed for ever' }),
		note: text(NOTE_MAX).optional(),
	})
	.refine(({ at, openedAt }) => (at === undefined) !== (openedAt === undefined), {
		path: ['at'],
		message: 'expected either at or openedAt',
	});

export const feedbackAnswer = z
	.object({
		id: z.string(),
		tenantId,
		verdict,
		fromAt: instant.meta({ description: 'First minute that was judged' }),
		toAt: instant.meta({ description: 'Last minute that was judged' }),
		timesTheLimit,
		space,
		note: z.string().nullable(),
		createdBy: z.string().meta({ description: 'Id of the service key' }),
		createdAt: instant,
		expiresAt: instant,
		inForce: z.boolean().meta({ description: 'Not expired' }),
	})
	.meta({ id: 'Feedback' });

const movedFeature = z.object({
	feature: z.string(),
	windowMinutes: z.int().meta({ description: 'The window in which it moved most' }),
	words: z
		.string()
		.meta({ examples: ['requests in 15 min: 4.2 standard deviations above the usual'] }),
	timesUsual: z
		.number()
		.nullable()
		.meta({ description: 'Null for what is in standard deviations' }),
	raw: z.number().meta({ description: 'As measured, in the unit of the feature' }),
	usual: z.number(),
	weight: z.number().meta({ description: 'How much it turned the vector: 1 is 45 degrees' }),
});

export const explanationAnswer = z
	.object({
		tenantId,
		at: instant.meta({ description: 'The minute its windows end with' }),
		baselineVersion: z.int(),
		space,
		distance,
		limitDistance: distance.nullable().meta({ description: 'Where the tenant is flagged' }),
		timesTheLimit,
		flagged: z.boolean(),
		moved: z.array(movedFeature).meta({ description: 'What turned the vector, most first' }),
		nearest: z
			.array(z.object({ at: instant, distance, timesTheLimit, baselineVersion: z.int() }))
			.meta({ description: 'Of each earlier day the snapshot most like this one, nearest first' }),
		suppressedBy: z
			.object({
				feedback: feedbackAnswer.nullable(),
				maintenance: z.object({ id: z.string(), note: z.string().nullable() }).nullable(),
			})
			.meta({ description: 'Why nobody is alerted of it, if so' }),
	})
	.meta({ id: 'Explanation' });

/** A forgotten window must not blind the service for long: whoever needs more makes the next one. */
const MAX_WINDOW_MS = 31 * 86_400_000;

export const maintenanceBody = z
	.strictObject({
		from: instant,
		to: instant.meta({ description: 'The end, itself not within; at most 31 days later' }),
		note: text(NOTE_MAX).optional(),
		learn: z
			.boolean()
			.default(false)
			.meta({ description: 'Whether the baseline learns from it: a new normal, not an exception' }),
	})
	.refine(({ from, to }) => Date.parse(to) > Date.parse(from), {
		path: ['to'],
		message: 'expected a moment after from',
	})
	.refine(({ from, to }) => Date.parse(to) - Date.parse(from) <= MAX_WINDOW_MS, {
		path: ['to'],
		message: 'expected at most 31 days after from',
	});

export const maintenanceAnswer = z
	.object({
		id: z.string(),
		tenantId,
		from: instant,
		to: instant,
		note: z.string().nullable(),
		learn: z.boolean(),
	})
	.meta({ id: 'MaintenanceWindow' });

export const feedbackParams = z.object({ tenantId, feedbackId: anyId });
export const maintenanceParams = z.object({ tenantId, windowId: anyId });

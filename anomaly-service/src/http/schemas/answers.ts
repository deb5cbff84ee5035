import { z } from 'zod';
import { LANES } from '../../../../core/lanes.ts';
import { instant, microCents, reservationId, tenantId } from './common.ts';
import { roomAnswer } from './limitAnswer.ts';

export const fieldError = z.object({
	pointer: z
		.string()
		.meta({ description: 'JSON pointer into the body; of a parameter / and its name' }),
	detail: z.string(),
});

export const problemBody = z
	.object({
		type: z.string(),
		title: z.string(),
		status: z.int(),
		detail: z.string(),
		errors: z.array(fieldError).optional(),
	})
	.meta({ id: 'Problem', description: 'RFC 9457' });

export const usageAnswer = z
	.object({
		accepted: z.int(),
		duplicates: z.int(),
		rejected: z.array(
			z.object({ index: z.int(), id: z.string().optional(), errors: z.array(fieldError) }),
		),
		costsMicroCents: z
			.array(microCents.nullable())
			.meta({ description: 'What each event cost, in order; null for a rejected one' }),
	})
	.meta({ id: 'UsageAnswer' });

const reason = z.looseObject({
	code: z.enum([
		'breakerOpen',
		'limitExceeded',
		'providerThrottled',
		'queueAhead',
		'storeUnavailable',
		'unknownPrice',
	]),
	message: z.string(),
});

export const decisionAnswer = z
	.discriminatedUnion('decision', [
		z.object({
			decision: z.literal('allow'),
			tenantId,
			reservationId,
			heldMicroCents: microCents,
			expiresAt: instant,
			wouldReject: z
				.array(reason)
				.optional()
				.meta({ description: 'Limits in shadow mode that had no room' }),
			degraded: z
				.boolean()
				.optional()
				.meta({ description: 'The counter store does not answer: nothing is held' }),
		}),
		z.object({
			decision: z.literal('queue'),
			tenantId,
			queueId: z.string(),
			lane: z.enum(LANES),
			deadlineAt: instant,
			reasons: z.array(reason),
			retryAfterMs: z.int().nullable(),
		}),
		z.object({
			decision: z.literal('reject'),
			tenantId,
			reasons: z.array(reason),
			retryAfterMs: z.int().nullable(),
		}),
	])
	.meta({ id: 'Decision', description: 'A "no" is a normal answer with reasons' });

export const settleAnswer = z.object({
	reservationId,
	outcome: z.enum(['settled', 'alreadySettled', 'expired', 'unknown', 'deferred']),
	costMicroCents: microCents,
	remaining: z.array(roomAnswer).nullable().optional().meta({
		description:
			'With include=remaining: the limits of the call with the least room; null when the counter store does not answer',
	}),
});

export const releaseAnswer = z.object({
	reservationId,
	outcome: z.enum(['released', 'alreadySettled', 'expired', 'unknown']),
});

export const renewAnswer = z.object({
	reservationId,
	outcome: z.enum(['renewed', 'alreadySettled', 'expired', 'unknown']),
	expiresAt: instant.optional(),
});

export const breakerAnswer = z.discriminatedUnion('state', [
	z.object({ state: z.literal('closed') }),
	z.object({ state: z.literal('open'), incidentId: z.string(), openedAt: instant }),
	z.object({
		state: z.literal('halfOpen'),
		incidentId: z.string(),
		since: instant,
		until: instant.meta({ description: 'It closes then, once a call was made' }),
	}),
	z.object({
		state: z.literal('isolated'),
		since: instant,
		until: instant.nullable(),
		reason: z.string(),
	}),
]);

export const tenantStateAnswer = z
	.object({
		tenantId,
		breaker: breakerAnswer,
		degraded: z
			.boolean()
			.optional()
			.meta({ description: 'The counter store does not answer: where limits stand is not known' }),
		limits: z.array(roomAnswer.extend({ mode: z.enum(['enforce', 'shadow']) })),
	})
	.meta({ id: 'TenantState' });

export const incidentAnswer = z
	.looseObject({ incidentId: z.string(), tenantId, rule: z.string(), alertText: z.string() })
	.meta({ id: 'Incident' });

export const knownIncidentAnswer = incidentAnswer
	.extend({
		looksLike: z
			.array(
				z.object({
					incidentId: z.string().nullable(),
					tenantId: tenantId.nullable(),
					rule: z.string(),
					openedAt: z.string(),
					similarity: z.number(),
				}),
			)
			.meta({
				description:
					'Confirmed incidents in which the same features moved, nearest first. Of another tenant’s a key that is bound to one hears the rule and the day.',
			}),
	})
	.meta({ id: 'KnownIncident' });

export const webhookAnswer = z
	.object({
		id: z.string(),
		url: z.string(),
		events: z.array(z.string()),
		tenantId: tenantId.nullable(),
	})
	.meta({ id: 'Webhook' });

export const serviceKeyAnswer = z
	.object({ keyId: z.string(), name: z.string(), role: z.string(), tenantId: tenantId.nullable() })
	.meta({ id: 'ServiceKey' });

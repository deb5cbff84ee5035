import { z } from 'zod';
import { anyId, instant, microCents, tenantId } from './common.ts';

const fieldError = z.object({
	pointer: z.string().meta({ description: 'JSON pointer, or the name of a parameter' }),
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

export const decisionAnswer = z
	.discriminatedUnion('decision', [
		z.object({
			decision: z.literal('allow'),
			tenantId,
			reservationId: anyId,
			heldMicroCents: microCents,
			expiresAt: instant,
		}),
		z.object({
			decision: z.literal('reject'),
			tenantId,
			reasons: z.array(
				z.looseObject({ code: z.enum(['breakerOpen', 'limitExceeded']), message: z.string() }),
			),
			retryAfterMs: z.int().nullable(),
		}),
	])
	.meta({ id: 'Decision', description: 'A "no" is a normal answer with reasons' });

export const settleAnswer = z.object({
	reservationId: z.string(),
	outcome: z.enum(['settled', 'alreadySettled', 'expired', 'unknown']),
	costMicroCents: microCents,
});

export const releaseAnswer = z.object({
	reservationId: z.string(),
	outcome: z.enum(['released', 'alreadySettled', 'expired', 'unknown']),
});

export const breakerAnswer = z.discriminatedUnion('state', [
	z.object({ state: z.literal('closed') }),
	z.object({ state: z.literal('open'), incidentId: z.string(), openedAt: instant }),
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
		limits: z.array(
			z.object({
				limitId: z.string(),
				scope: z.enum(['global', 'tenant']),
				unit: z.enum(['requests', 'microCents']),
				window: z.string(),
				capacity: z.int(),
				spent: z.int(),
				held: z.int(),
				remaining: z.int(),
				resetsAt: instant.nullable(),
			}),
		),
	})
	.meta({ id: 'TenantState' });

export const incidentAnswer = z
	.looseObject({ incidentId: z.string(), tenantId, rule: z.string(), alertText: z.string() })
	.meta({ id: 'Incident' });

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

import { z } from 'zod';
import { onBehalfBody } from '../onBehalf.ts';
import { instant, tenantId, text } from './common.ts';

export const alertAnswer = z
	.object({
		alertId: z.string(),
		tenantId,
		rule: z.string(),
		severity: z.enum(['warning', 'high', 'critical']),
		state: z.enum(['firing', 'acknowledged', 'resolved']),
		strength: z.number().meta({ description: '1 is the threshold' }),
		sequence: z.int().meta({ description: 'Messages about it, in every channel' }),
		openedAt: instant,
		lastSeenAt: instant,
		notifiedAt: instant.nullable().meta({ description: 'Null: its rule is muted' }),
		acknowledgedAt: instant.nullable(),
		acknowledgedBy: z.string().nullable(),
		resolvedAt: instant.nullable(),
		grouped: z.boolean().meta({
			description: 'Told of by the alert about many tenants: its rule fired for all of them',
		}),
		evidence: z.looseObject({}),
		alertText: z.string(),
	})
	.meta({ id: 'Alert' });

export const acknowledgeBody = onBehalfBody.extend({
	name: text(100)
		.min(1)
		.optional()
		.meta({ description: 'How people call who it is; left out: the actor, or the service key' }),
});

export const acknowledgedAnswer = z.object({
	outcome: z.enum(['acknowledged', 'already']),
	acknowledgedBy: z.string().nullable(),
	acknowledgedAt: instant.nullable(),
});

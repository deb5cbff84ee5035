import { z } from 'zod';
import { CHAIN_FAULTS } from '../../ports/auditFunctions.ts';
import { anyId, dayOrInstant, instant, reservationId, tenantId } from './common.ts';
import { page } from './page.ts';

const from = dayOrInstant.optional();
const to = dayOrInstant.optional().meta({ description: 'The end, itself not within' });

export const auditQuery = z.strictObject({
	tenantId: tenantId.optional(),
	action: anyId.optional().meta({ examples: ['breaker.opened', 'limit.replaced'] }),
	actor: anyId.optional().meta({
		description: 'The id of a service key, or detector:<rule>, start, service',
	}),
	incidentId: anyId.optional(),
	// Reservations, whose ids are the longest, are among what entries are about.
	subjectId: reservationId.optional().meta({
		description: 'The id of an action, notification, command, key, reservation or queued call',
	}),
	from,
	to,
	...page,
});

export const sequence = z.int().min(1);

export const auditAnswer = z
	.object({
		entries: z.array(
			z.object({
				sequence,
				at: instant,
				actor: z.string(),
				action: z.string(),
				tenantId: tenantId.nullable(),
				incidentId: z.string().nullable(),
				subjectId: z.string().nullable(),
				detail: z.looseObject({}),
			}),
		),
		nextCursor: z.string().nullable(),
	})
	.meta({ id: 'AuditPage' });

export const exportQuery = z.strictObject({
	tenantId: tenantId.optional(),
	from,
	to,
	format: z.enum(['ndjson', 'csv']).default('ndjson'),
});

const position = z.int().min(0).meta({ description: 'Place in the chain; 0 is before the first' });
const hash = z
	.string()
	.regex(/^[0-9a-f]{64}$/, { message: 'expected 64 hexadecimal digits, lower-case' })
	.meta({ description: 'SHA-256 in hex' });

export const verifyQuery = z
	.strictObject({
		expectedPosition: z.coerce.number().pipe(position).optional(),
		expectedHash: hash.optional().meta({ description: 'As an earlier answer or export told it' }),
	})
	.refine(
		(given) => (given.expectedPosition === undefined) === (given.expectedHash === undefined),
		{
			path: ['expectedHash'],
			message: 'expectedPosition and expectedHash are given together or not at all',
		},
	);

export const verifyAnswer = z
	.object({
		valid: z.boolean(),
		entries: z.int().meta({ description: 'How many hold, from the first on' }),
		head: z
			.object({ position, hash })
			.meta({ description: 'Up to where the chain holds; note it for the next time' }),
		fault: z
			.object({
				kind: z.enum(CHAIN_FAULTS),
				position: position.nullable(),
				sequence: sequence.nullable(),
			})
			.optional()
			.meta({ description: 'The first one' }),
	})
	.meta({ id: 'AuditVerification' });

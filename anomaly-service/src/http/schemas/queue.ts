import { z } from 'zod';
import { LANES } from '../../../../core/lanes.ts';
import type { QueuedCallDocument } from '../../ports/queueFunctions.ts';
import { reasonBody } from '../../stages/reasonBody.ts';
import { withUtcInstants } from '../instants.ts';
import { anyId, instant, microCents, tenantId } from './common.ts';

export const lane = z.enum(LANES);
export const queueState = z.enum(['waiting', 'releasing', 'done', 'dead']);

export const queueParams = z.object({ queueId: anyId });

/** Where a page begins: behind the call of this rank and id. Postgres reads years of four digits. */
export const queuePlace = z.object({
	rankAt: z
		.int()
		.min(0)
		.max(Date.UTC(2999, 11, 31)),
	queueId: z.string().regex(/^que_[A-Za-z0-9]{1,60}$/),
});

export const queuedCallAnswer = z
	.object({
		queueId: z.string(),
		tenantId,
		lane,
		state: queueState,
		outcome: z.enum(['allowed', 'rejected', 'cancelled', 'drained']).nullable(),
		reservationId: anyId.nullable(),
		heldMicroCents: microCents,
		reasons: z.array(z.looseObject({ code: z.string(), message: z.string() })),
		resumeUrl: z.string().meta({ description: 'Shortened: it resumes nothing' }),
		keyId: z.string(),
		blockedBy: z.array(z.string()),
		parkedAt: instant,
		rankAt: instant.meta({ description: 'The earliest goes first' }),
		deadlineAt: instant,
		nextTryAt: instant,
		decidedAt: instant.nullable(),
		finishedAt: instant.nullable(),
		tries: z.int().meta({ description: 'How often room was looked for' }),
		attempts: z.int().meta({ description: 'How often the resume URL was called' }),
		lastError: z.string().nullable(),
	})
	.meta({ id: 'QueuedCall' });

export const queuePageAnswer = z.object({
	calls: z.array(queuedCallAnswer),
	nextCursor: z.string().nullable(),
});

export const queueSummaryAnswer = z
	.object({
		lanes: z.array(
			z.object({ tenantId, lane, waiting: z.int(), oldestParkedAt: instant, firstRankAt: instant }),
		),
		overdueCounters: z
			.array(z.string())
			.meta({ description: 'What had no room for calls that wait longer than they should' }),
		releasing: z.int(),
		dead: z.int(),
	})
	.meta({ id: 'QueueSummary' });

export function queuedCallBody(call: QueuedCallDocument): object {
	const { answer, ...shown } = call;
	const isAllowed = answer?.decision === 'allow';

	return {
		...withUtcInstants(shown),
		heldMicroCents: isAllowed ? answer.heldMicroCents : 0,
		reasons: answer === null || isAllowed ? [] : answer.reasons.map(reasonBody),
	};
}

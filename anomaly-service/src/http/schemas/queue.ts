import { z } from 'zod';
import { LANES } from '../../../../core/lanes.ts';
import type { QueuedCallDocument } from '../../ports/queueFunctions.ts';
import type { Cursor } from '../../stages/callQueue.ts';
import { reasonBody } from '../../stages/reasonBody.ts';
import { withUtcInstants } from '../instants.ts';
import { anyId, instant, microCents, tenantId, text } from './common.ts';

export const lane = z.enum(LANES);
export const queueState = z.enum(['waiting', 'releasing', 'done', 'dead']);

const PAGE_MAX = 1000;
const PAGE_DEFAULT = 100;

export const page = {
	limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_DEFAULT),
	cursor: text(400).optional().meta({ description: 'nextCursor of the page before' }),
};

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

export function writeCursor({ rankAt, queueId }: Cursor): string {
	return Buffer.from(`${rankAt}.${queueId}`).toString('base64url');
}

/** Undefined when it is no cursor of ours. */
export function readCursor(written: string): Cursor | undefined {
	const decoded = Buffer.from(written, 'base64url').toString();
	const [, rankAt, queueId] = /^(\d{1,15})\.(que_[A-Za-z0-9]{1,60})$/.exec(decoded) ?? [];

	return rankAt === undefined || queueId === undefined
		? undefined
		: { rankAt: Number(rankAt), queueId };
}

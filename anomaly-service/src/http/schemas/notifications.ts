import { z } from 'zod';
import { CHANNELS } from '../../../../core/alerting/notification.ts';
import { anyId, instant, tenantId, text } from './common.ts';
import { jsonDocument } from './jsonDocument.ts';
import { arrayPage } from './page.ts';

const WEEK_MS = 7 * 86_400_000;

export const channel = z.enum(CHANNELS);
const notificationState = z.enum(['requested', 'sent', 'skipped', 'failed']).meta({
	description: 'requested: on its way; skipped: nobody subscribed; failed: a dead letter',
});
const attempt = z.int().min(1).max(10_000).meta({ description: 'Of the event this is about' });

export const notificationParams = z.object({ notificationId: anyId });

export const notificationQuery = z.strictObject({
	tenantId: tenantId.optional(),
	subjectId: anyId.optional().meta({ description: 'The incident or the alert it is about' }),
	state: notificationState.optional(),
	...arrayPage,
});

export const claimBody = z.strictObject({ attempt });

/** What a vendor or a channel answered. */
const httpAnswer = z
	.strictObject({
		status: z.int().min(100).max(599),
		requestId: text(200).optional(),
	})
	.meta({ description: 'What the channel answered; left out: it did not' });

export const notificationReport = z.strictObject({
	attempt,
	outcome: z.enum(['sent', 'failed']),
	external: jsonDocument.optional().meta({
		description: 'What the channel calls the message: {ts, channel}, {messageId, chatId}',
	}),
	error: text(2000).optional(),
	http: httpAnswer.optional(),
	retryAfterMs: z.int().min(0).max(WEEK_MS).optional(),
	final: z.boolean().optional().meta({
		description: 'There is no use in another try; 401 and 403 are always final',
	}),
});

const shared = {
	notificationId: z.string(),
	subjectId: z.string(),
	tenantId,
	rule: z.string(),
	severity: z.enum(['warning', 'high', 'critical']),
	channel,
	kind: z.enum(['firing', 'acknowledged', 'resolved']),
	sequence: z.int(),
	attempt: z.int(),
	note: z.string().nullable(),
	alertText: z.string(),
};

export const notificationAnswer = z
	.object({
		...shared,
		state: notificationState,
		external: z.looseObject({}).nullable(),
		error: z.string().nullable(),
		createdAt: instant,
		dueAt: instant.nullable().meta({ description: 'When it is handed out again' }),
		sentAt: instant.nullable(),
	})
	.meta({ id: 'Notification' });

export const claimAnswer = z.union([
	z.object({
		granted: z.literal(true),
		...shared,
		mayHaveArrived: z.boolean().meta({
			description: 'An earlier attempt was taken and nobody said how it ended',
		}),
		buttons: z.array(z.object({ label: z.string(), data: z.string() })),
		posted: z.looseObject({}).nullable().meta({
			description: 'What the first message about this became in this channel',
		}),
	}),
	z.object({
		granted: z.literal(false),
		reason: z.enum(['notRequested', 'outdated', 'claimed']),
	}),
]);

export const reportAnswer = z.object({
	notificationId: z.string(),
	state: notificationState,
	accepted: z.boolean().meta({ description: 'False: it was known, or of an older attempt' }),
});

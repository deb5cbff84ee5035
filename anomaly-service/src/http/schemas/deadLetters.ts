import { z } from 'zod';
import { actionAnswer } from './containment.ts';
import { instant, tenantId } from './common.ts';
import { notificationAnswer } from './notifications.ts';

const nextCursor = z.string().nullable();

export const deadDeliveryPage = z.object({
	deliveries: z.array(
		z
			.object({
				deliveryId: z.string(),
				webhookId: z.string(),
				url: z.string(),
				tenantId: tenantId.nullable(),
				eventId: z.string(),
				type: z.string(),
				attempts: z.int(),
				error: z.string().nullable(),
				createdAt: instant,
			})
			.meta({ id: 'DeadDelivery' }),
	),
	nextCursor,
});

export const deadActionPage = z.object({ actions: z.array(actionAnswer), nextCursor });

export const deadNotificationPage = z.object({
	notifications: z.array(notificationAnswer),
	nextCursor,
});

export const retriedAnswer = z.object({
	id: z.string(),
	kind: z.enum(['delivery', 'action', 'notification']),
	retried: z.literal(true),
});

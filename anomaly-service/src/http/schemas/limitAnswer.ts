import { z } from 'zod';
import { LIMIT_SCOPES, LIMIT_UNITS, type Limit, type LimitState } from '../../../../core/limits.ts';
import { windowName, type Window } from '../../../../core/windows.ts';
import { instant, tenantId } from './common.ts';

const whatItIs = {
	scope: z.enum(LIMIT_SCOPES),
	subject: z.string().nullable(),
	unit: z.enum(LIMIT_UNITS),
	window: z.string().nullable(),
	timeZone: z.string().nullable(),
	capacity: z.int(),
	plan: z.string().nullable(),
	tenantId: tenantId.nullable(),
	shared: z.boolean(),
	mode: z.enum(['enforce', 'shadow']),
	whenOver: z.enum(['queue', 'reject']),
	whenStoreDown: z.enum(['closed', 'open']),
};

export const limitAnswer = z
	.object({
		id: z.string(),
		...whatItIs,
		variable: z
			.string()
			.optional()
			.meta({ description: 'The environment variable that sets it; only then' }),
	})
	.meta({ id: 'Limit' });

export const limitStateAnswer = z
	.object({
		limitId: z.string(),
		...whatItIs,
		spent: z.int(),
		held: z.int().meta({ description: 'Asked for and not yet settled' }),
		remaining: z.int(),
		resetsAt: instant.nullable(),
	})
	.meta({ id: 'LimitState' });

/** A limit as answers tell it: a body that would set it again. The database keeps no order of fields; this is it. */
export function limitFields(limit: Limit) {
	const { id, scope, subject, unit, capacity, audience, shared } = limit;
	const { mode, whenOver, whenStoreDown } = limit;

	return {
		id,
		scope,
		subject,
		unit,
		...windowFields(limit.window),
		capacity,
		plan: audience.kind === 'plan' ? audience.plan : null,
		tenantId: audience.kind === 'tenant' ? audience.tenantId : null,
		shared,
		mode,
		whenOver,
		whenStoreDown,
	};
}

function windowFields(window: Window | null) {
	if (window === null) return { window: null, timeZone: null };

	return window.kind === 'calendar'
		? { window: window.unit, timeZone: window.timeZone }
		: { window: windowName(window), timeZone: null };
}

/** Where a limit stands, for the one subject it was counted for. */
export function limitStateFields({ limit, counter, spent, held, resetsAt }: LimitState) {
	const { id, ...fields } = limitFields(limit);

	return {
		limitId: id,
		...fields,
		subject: counter.subject,
		spent,
		held,
		remaining: Math.max(0, limit.capacity - spent - held),
		resetsAt: resetsAt === null ? null : new Date(resetsAt).toISOString(),
	};
}

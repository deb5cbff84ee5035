import { z } from 'zod';
import {
	LIMIT_SCOPES,
	LIMIT_UNITS,
	remainingOf,
	type Limit,
	type LimitState,
} from '../../../../core/limits.ts';
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

const whereItStands = {
	spent: z.int(),
	held: z.int().meta({ description: 'Asked for and not yet settled' }),
	remaining: z.int(),
	resetsAt: instant.nullable(),
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
		...whereItStands,
	})
	.meta({ id: 'LimitState' });

export const roomAnswer = z
	.object({
		limitId: z.string(),
		scope: whatItIs.scope,
		subject: z.string(),
		unit: whatItIs.unit,
		window: z.string(),
		capacity: z.int(),
		...whereItStands,
	})
	.meta({ id: 'Room' });

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
export function limitStateFields(state: LimitState) {
	const { id, ...fields } = limitFields(state.limit);

	return { limitId: id, ...fields, subject: state.counter.subject, ...standing(state) };
}

/** The same in short, as decisions name limits: `window` is `now` for calls under way. */
export function roomFields(state: LimitState) {
	const { id, scope, unit, window, capacity } = state.limit;

	return {
		limitId: id,
		scope,
		subject: state.counter.subject,
		unit,
		window: window === null ? 'now' : windowName(window),
		capacity,
		...standing(state),
	};
}

function standing(state: LimitState) {
	const { spent, held, resetsAt } = state;

	return {
		spent,
		held,
		remaining: remainingOf(state),
		resetsAt: resetsAt === null ? null : new Date(resetsAt).toISOString(),
	};
}

import { z } from 'zod';
import {
	LIMIT_SCOPES,
	LIMIT_UNITS,
	type Limit,
	type LimitAudience,
	type LimitUnit,
} from '../../../../core/limits.ts';
import { undatedModel } from '../../../../core/modelName.ts';
import { isTimeZone, parseWindow } from '../../../../core/windows.ts';
import { anyId, tenantId, text } from './common.ts';

const CAPACITY = 'expected an integer from 0 to 9007199254740991 (2^53 − 1)';
const WINDOW = 'expected a duration from 1s to 366d, such as 5m or 1h, or day, week or month';
const ZONE = 'expected an IANA time zone, such as UTC, Europe/Berlin or America/New_York';

/** Fits an address, a log line and a sentence as it is. */
export const limitId = z
	.string()
	.max(100)
	.regex(/^[A-Za-z0-9][\w.:-]*$/, {
		message: 'expected letters, digits and . _ : - with a letter or digit first',
	});

/** A node is two names of up to 200 characters. */
const subject = text(401).meta({
	description:
		'The one value that is limited; without it every value, each by itself. Models are provider/model, nodes workflowId/nodeName; empty: calls that do not say',
	examples: ['openai/gpt-4o'],
});
const windowText = z
	.string()
	.refine((given) => !given.includes('@') && parseWindow(given) !== undefined, { message: WINDOW })
	.meta({
		description: 'Rolling, such as 60s, 5m, 1h or 7d; or the calendar’s day, week or month',
		examples: ['1h', 'month'],
	});
const timeZone = z
	.string()
	.refine(isTimeZone, { message: ZONE })
	.meta({
		description: 'Of a calendar window; UTC unless given',
		examples: ['Europe/Berlin'],
	});
const capacity = z
	.int({ error: CAPACITY })
	.min(0, { error: CAPACITY })
	.max(Number.MAX_SAFE_INTEGER, { error: CAPACITY })
	.meta({ description: 'In the unit, money in µ¢ (10⁻⁸ USD); 0 lets nothing through' });
const plan = anyId.meta({ description: 'A name that limits and tenants share', examples: ['pro'] });

const fields = z.strictObject({
	id: limitId.optional(),
	scope: z.enum(LIMIT_SCOPES),
	subject: subject.nullish(),
	unit: z.enum(LIMIT_UNITS),
	window: windowText.nullish(),
	timeZone: timeZone.nullish(),
	capacity,
	plan: plan.nullish(),
	tenantId: tenantId.nullish(),
	shared: z.boolean().nullish().meta({ description: 'One count over all tenants' }),
	mode: z.enum(['enforce', 'shadow']).default('enforce'),
	whenOver: z.enum(['queue', 'reject']).default('queue'),
	whenStoreDown: z.enum(['closed', 'open']).optional(),
});
export type LimitBody = z.infer<typeof fields>;

type Rule = { field: keyof LimitBody; message: string; isBroken: (body: LimitBody) => boolean };

const isGiven = (value: unknown) => value !== undefined && value !== null;
const isCalendar = (window: string) => parseWindow(window)?.kind === 'calendar';

/** How fields relate. */
const RULES: readonly Rule[] = [
	{
		field: 'window',
		message: 'concurrency counts calls under way and has no window; leave it out',
		isBroken: ({ unit, window }) => unit === 'concurrency' && isGiven(window),
	},
	{
		field: 'window',
		message: WINDOW,
		isBroken: ({ unit, window }) => unit !== 'concurrency' && !isGiven(window),
	},
	{
		field: 'timeZone',
		message: 'only a calendar window (day, week, month) has a time zone; leave it out',
		isBroken: ({ timeZone: zone, window }) => isGiven(zone) && !isCalendar(window ?? ''),
	},
	{
		field: 'subject',
		message: 'a global limit has no subject: it counts everything',
		isBroken: ({ scope, subject: given }) => scope === 'global' && isGiven(given),
	},
	{
		field: 'subject',
		message: 'name the tenant in tenantId',
		isBroken: ({ scope, subject: given }) => scope === 'tenant' && isGiven(given),
	},
	{
		field: 'subject',
		message: 'expected provider/model, such as openai/gpt-4o',
		isBroken: ({ scope, subject: given }) => scope === 'model' && !isPair(given),
	},
	{
		field: 'subject',
		message: 'expected workflowId/nodeName, such as Zq3wfLw8KdG2/Summarise',
		isBroken: ({ scope, subject: given }) => scope === 'node' && !isPair(given),
	},
	{
		field: 'plan',
		message: 'plan and tenantId exclude each other: a limit is for everybody, a plan or a tenant',
		isBroken: ({ plan: given, tenantId: tenant }) => isGiven(given) && isGiven(tenant),
	},
	{
		field: 'shared',
		message: 'a global limit is one count over all tenants; leave it out',
		isBroken: ({ scope, shared }) => scope === 'global' && shared === false,
	},
	{
		field: 'shared',
		message: 'the scope tenant is a count for each tenant; for one over all use the scope global',
		isBroken: ({ scope, shared }) => scope === 'tenant' && shared === true,
	},
	...(['plan', 'tenantId'] as const).map(
		(field): Rule => ({
			field,
			message: 'a count over all tenants is for everybody; leave it out',
			isBroken: (body) => isShared(body) && isGiven(body[field]),
		}),
	),
];

export const limitBody = fields.superRefine((body, context) => {
	for (const { field, message, isBroken } of RULES) {
		if (isBroken(body)) context.addIssue({ code: 'custom', path: [field], message });
	}
});

/** Empty: what does not say. Otherwise both names, and one slash at least. */
/** A limit on a snapshot is one on its model: they are counted together. */
function subjectOf({ scope, subject: given }: LimitBody): string | null {
	if (typeof given !== 'string' || scope !== 'model') return given ?? null;
	const slash = given.indexOf('/');

	return given.slice(0, slash + 1) + undatedModel(given.slice(slash + 1));
}

function isPair(subject: string | null | undefined): boolean {
	return typeof subject !== 'string' || subject === '' || /^[^/]+\/./.test(subject);
}

export function isShared({ scope, shared }: LimitBody): boolean {
	return shared ?? scope === 'global';
}

/** The limit that a body describes. */
export function limitOf(body: LimitBody, id: string): Limit {
	const window =
		typeof body.window === 'string'
			? (parseWindow(body.window, body.timeZone ?? undefined) ?? null)
			: null;

	return {
		id,
		scope: body.scope,
		subject: subjectOf(body),
		unit: body.unit,
		window,
		capacity: body.capacity,
		audience: audienceOf(body),
		shared: isShared(body),
		mode: body.mode,
		whenOver: body.whenOver,
		whenStoreDown: body.whenStoreDown ?? WHEN_STORE_DOWN[body.unit],
	};
}

/**
 * Without the store nobody knows what was spent or is under way, so what costs money or overruns a backend waits. A rate
 * is guarded by the vendor as well: a minute without it does less harm than a minute without answers.
 */
const WHEN_STORE_DOWN: Record<LimitUnit, Limit['whenStoreDown']> = {
	microCents: 'closed',
	concurrency: 'closed',
	requests: 'open',
	tokens: 'open',
	inputTokens: 'open',
	uncachedInputTokens: 'open',
	outputTokens: 'open',
};

function audienceOf({ plan: ofPlan, tenantId: ofTenant }: LimitBody): LimitAudience {
	if (typeof ofTenant === 'string') return { kind: 'tenant', tenantId: ofTenant };

	return typeof ofPlan === 'string' ? { kind: 'plan', plan: ofPlan } : { kind: 'all' };
}

import fc from 'fast-check';
import {
	amountOf,
	applicableLimits,
	counterOf,
	LIMIT_SCOPES,
	LIMIT_UNITS,
	limitId,
	subjectOf,
	type AppliedLimit,
	type CallSubjects,
	type Limit,
	type LimitAudience,
} from '../../../core/limits.ts';
import { windowName, type Window } from '../../../core/windows.ts';
import { aLimit } from '../../support/limits.ts';

const HOUR: Window = { kind: 'rolling', windowMs: 3_600_000 };
const DAY: Window = { kind: 'calendar', unit: 'day', timeZone: 'UTC' };

/** Few values each, so that limits meet on the same count often. */
const word = fc.constantFrom('a', 'b', '/', 'a/b', 'a%2Fb', '');
const anyCall: fc.Arbitrary<CallSubjects> = fc.record(
	{
		tenantId: fc.constantFrom('acme', 'other'),
		source: word,
		workflowId: word,
		nodeName: word,
		provider: word,
		model: word,
		keyId: word,
	},
	{ requiredKeys: ['tenantId'] },
);
const anyAudience = fc.constantFrom<LimitAudience>(
	{ kind: 'all' },
	{ kind: 'plan', plan: 'free' },
	{ kind: 'plan', plan: 'pro' },
	{ kind: 'tenant', tenantId: 'acme' },
	{ kind: 'tenant', tenantId: 'other' },
);
const anyLimit: fc.Arbitrary<Limit> = fc
	.record({
		id: fc.uuid(),
		scope: fc.constantFrom(...LIMIT_SCOPES),
		subject: fc.oneof(fc.constant(null), fc.constantFrom('', 'a', 'b', 'a/b')),
		unit: fc.constantFrom(...LIMIT_UNITS),
		window: fc.constantFrom<Window | null>(HOUR, DAY, null),
		capacity: fc.nat(9),
		audience: anyAudience,
		shared: fc.boolean(),
		mode: fc.constantFrom<Limit['mode']>('enforce', 'shadow'),
	})
	.map((given) => aLimit(given));
const anyLimits = fc.array(anyLimit, { maxLength: 60 });
const anyPlan = fc.constantFrom(null, 'free', 'pro');

const WIDTH = { tenant: 0, plan: 1, all: 2 };
const widthOf = ({ audience, subject }: Limit) =>
	2 * WIDTH[audience.kind] + (subject === null ? 1 : 0);
const countOf = ({ limit, counter }: AppliedLimit) =>
	`${limit.mode} ${counter.shared} ${counter.id}`;
const bySelf = (limit: Limit, call: CallSubjects, plan: string | null) =>
	applicableLimits([limit], call, plan)[0];

describe('the limits of a call', () => {
	it('are for its tenant or its plan, and on what the call is', () => {
		fc.assert(
			fc.property(anyLimits, anyCall, anyPlan, (limits, call, plan) => {
				for (const { limit, counter } of applicableLimits(limits, call, plan)) {
					const subject = subjectOf(limit.scope, call);
					expect([null, subject]).toContain(limit.subject);
					expect(counter).toEqual(counterOf(limit, subject));
					const { audience } = limit;
					if (audience.kind === 'tenant') expect(audience.tenantId).toBe(call.tenantId);
					if (audience.kind === 'plan') expect(audience.plan).toBe(plan);
				}
			}),
		);
	});

	it('are at most one for each count and mode: the one with the narrowest audience', () => {
		fc.assert(
			fc.property(anyLimits, anyCall, anyPlan, (limits, call, plan) => {
				const chosen = applicableLimits(limits, call, plan);
				expect(new Set(chosen.map(countOf)).size).toBe(chosen.length);

				const widths = new Map(chosen.map((each) => [countOf(each), widthOf(each.limit)]));
				for (const limit of limits) {
					const alone = bySelf(limit, call, plan);
					// Nothing that applies by itself is lost, unless something as narrow stands in for it.
					if (alone) expect(widths.get(countOf(alone))).toBeLessThanOrEqual(widthOf(limit));
				}
			}),
		);
	});

	it('do not depend on the order they are listed in, but for the last of equals', () => {
		fc.assert(
			fc.property(anyLimits, anyCall, anyPlan, (limits, call, plan) => {
				const rank = (each: AppliedLimit) => [countOf(each), widthOf(each.limit)];
				const forwards = applicableLimits(limits, call, plan);
				const backwards = applicableLimits(limits.toReversed(), call, plan);
				expect(new Map(backwards.map(rank).map(([count, width]) => [count, width]))).toEqual(
					new Map(forwards.map(rank).map(([count, width]) => [count, width])),
				);
				for (const each of forwards) {
					const equals = limits.filter((limit) => {
						const alone = bySelf(limit, call, plan);
						return alone && rank(alone).join() === rank(each).join();
					});
					expect(each.limit).toBe(equals.at(-1));
				}
			}),
		);
	});

	it('count a call that does not say what it is under nobody’s name', () => {
		fc.assert(
			fc.property(anyLimit, (limit) => {
				const everyValue = { ...limit, subject: null, audience: { kind: 'all' } as const };
				const applied = bySelf(everyValue, { tenantId: 'acme' }, null);
				expect(applied?.counter.subject).toBe(limit.scope === 'tenant' ? 'acme' : '');
			}),
		);
	});

	it('take the tenant’s own before its plan’s, and its plan’s before everybody’s', () => {
		const everybody = aLimit({ id: 'everybody', capacity: 1 });
		const plan = aLimit({ id: 'plan', capacity: 2, audience: { kind: 'plan', plan: 'pro' } });
		const own = aLimit({ id: 'own', capacity: 3, audience: { kind: 'tenant', tenantId: 'acme' } });
		const idsFor = (tenantId: string, ofPlan: string | null) =>
			applicableLimits([own, plan, everybody], { tenantId }, ofPlan).map(({ limit }) => limit.id);

		expect(idsFor('acme', 'pro')).toEqual(['own']);
		expect(idsFor('other', 'pro')).toEqual(['plan']);
		expect(idsFor('other', 'free')).toEqual(['everybody']);
	});

	it('hold a trial beside the limit it is to replace', () => {
		const limits = [aLimit({ id: 'now' }), aLimit({ id: 'trial', mode: 'shadow' })];

		expect(applicableLimits(limits, { tenantId: 'acme' }, null)).toHaveLength(2);
	});
});

describe('a subject', () => {
	it('is the same for the same node or model only', () => {
		fc.assert(
			fc.property(word, word, word, word, (outer, inner, otherOuter, otherInner) => {
				const same = outer === otherOuter && inner === otherInner;
				const subject = (provider: string, model: string) =>
					subjectOf('model', { tenantId: 'acme', provider, model });
				expect(subject(outer, inner) === subject(otherOuter, otherInner)).toBe(same);
			}),
		);
	});

	it('of a model keeps the slashes of the model', () => {
		const call = { tenantId: 'acme', provider: 'openrouter', model: 'meta-llama/llama-3.1-8b' };

		expect(subjectOf('model', call)).toBe('openrouter/meta-llama/llama-3.1-8b');
	});
});

describe('a counter', () => {
	it('has an id of its own for every scope, subject, unit and window', () => {
		const part = fc.oneof(word, fc.constantFrom('|', 'a|tokens|1h', '=', 'x|'));
		const kind = fc.record({
			scope: fc.constantFrom(...LIMIT_SCOPES),
			unit: fc.constantFrom(...LIMIT_UNITS),
			window: fc.constantFrom<Window | null>(HOUR, DAY, null),
			shared: fc.constant(false),
		});
		fc.assert(
			fc.property(kind, part, kind, part, (one, subject, other, otherSubject) => {
				const a = counterOf(one, subject);
				const b = counterOf(other, otherSubject);
				expect(a.id === b.id).toBe(JSON.stringify(a) === JSON.stringify(b));
			}),
		);
	});

	it('stays the same when the limit’s capacity, audience or mode change', () => {
		const before = aLimit({ capacity: 1 });
		const after: Limit = {
			...before,
			capacity: 2,
			mode: 'shadow',
			audience: { kind: 'plan', plan: 'pro' },
		};

		expect(counterOf(after, 'acme')).toEqual(counterOf(before, 'acme'));
	});
});

describe('amounts and names', () => {
	it('takes of every unit what the call uses of it', () => {
		const size = { microCents: 700, inputTokens: 20, cacheReadTokens: 8, outputTokens: 3 };

		expect(Object.fromEntries(LIMIT_UNITS.map((unit) => [unit, amountOf(unit, size)]))).toEqual({
			requests: 1,
			tokens: 23,
			inputTokens: 20,
			uncachedInputTokens: 12,
			outputTokens: 3,
			microCents: 700,
			concurrency: 1,
		});
	});

	it('names a limit by what it counts', () => {
		expect(limitId('tenant', 'microCents', DAY)).toBe(`tenant-microCents-${windowName(DAY)}`);
		expect(limitId('key', 'concurrency', null)).toBe('key-concurrency-now');
	});
});

import { MemoryCounters } from '../../../anomaly-service/src/adapters/memory/memoryCounters.ts';
import type { Database } from '../../../anomaly-service/src/ports/database.ts';
import type { Metrics } from '../../../anomaly-service/src/ports/metrics.ts';
import { Actor, type Containment } from '../../../anomaly-service/src/stages/act.ts';
import type { AlertDesk } from '../../../anomaly-service/src/stages/alertDesk.ts';
import { endTrials } from '../../../anomaly-service/src/stages/containmentTrials.ts';
import { IncidentRecorder } from '../../../anomaly-service/src/stages/incidentRecorder.ts';
import { TenantActivity } from '../../../anomaly-service/src/stages/tenantActivity.ts';
import { CLOSED, probe, trip, type Breaker } from '../../../core/breaker.ts';
import type { PlannedAction } from '../../../core/containment/action.ts';
import type { Finding } from '../../../core/finding.ts';

const NOON = Date.UTC(2026, 9, 14, 12);
const MINUTE = 60_000;
const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const planned: PlannedAction = {
	...{ id: 'act_1', incidentId: 'inc_1', tenantId: 'acme', action: 'block', vendor: 'llm-fuse' },
	...{ targetId: 'acme', position: 0, reversible: true, state: 'requested', settings: {} },
};
const finding = (changes: Partial<Finding> = {}): Finding => ({
	...{ rule: 'spendCap', severity: 'critical', verdict: 'trip', strength: 2, evidence: {} },
	...changes,
});
const viewAt = (asOf: number) => ({
	...{ tenantId: 'acme', asOf, activity: new TenantActivity(), score: undefined },
});

type Call = { name: string; args: Record<string, unknown> };

function setUp(
	before: Breaker,
	{
		containment = {},
		existing,
	}: { containment?: Partial<Containment>; existing?: object | null } = {},
) {
	const calls: Call[] = [];
	const raised: Finding[] = [];
	let requests = 0;
	const blocked: string[] = [];
	const answers: Record<string, (args: Record<string, unknown>) => unknown> = {
		open_incident: ({ incident }) => {
			const { id, openings } = incident as { id: string; openings: number };
			// The trial's incident is over.
			if (existing === null && id === 'inc_1') {
				return { opened: false, incidentId: null, existing };
			}
			return existing && openings === 1
				? { opened: false, incidentId: 'inc_1', existing }
				: { opened: true, incidentId: id };
		},
		list_actions: () => [],
		blocks_over: () => blocked,
		set_breaker: () => ({ closedIncidentId: 'inc_1' }),
		tenant_spend: () => ({ requests }),
	};
	const database = {
		call: async (name: string, args: Record<string, unknown>) => {
			calls.push({ name, args });
			return answers[name]?.(args);
		},
	} as unknown as Database;
	const breakers = new MemoryCounters({ now: () => NOON });
	const metric = { inc: quiet, observe: quiet };
	const actor = new Actor({
		...{ breakers, database, log, outboxChanged: quiet },
		alerts: {
			raise: async (found: Finding) => void raised.push(found),
			forget: quiet,
		} as unknown as AlertDesk,
		containment: {
			...{ steps: () => [planned], opensOnFlag: () => false, changed: quiet },
			...containment,
		},
		incidents: new IncidentRecorder({
			...{ breakers, database, notify: () => [], recorded: quiet },
			plan: () => ({ actions: [], skipped: [] }),
		}),
		metrics: { findings: metric, breakersOpened: metric } as unknown as Metrics,
	});
	const ready = breakers.setBreaker('acme', before);
	const opened = () => calls.filter(({ name }) => name === 'open_incident');
	const tryOut = async (now: number) => {
		const breaker = await breakers.breaker('acme');
		const onTrial = () => (breaker.state === 'halfOpen' ? [{ tenantId: 'acme', breaker }] : []);
		await endTrials({ actor, breakers: { onTrial }, database }, now);
	};
	return {
		...{ actor, blocked, breakers, calls, opened, raised, ready, tryOut },
		called: () => (requests = 1),
	};
}

const TRIAL = probe(trip(CLOSED, 'inc_1', NOON - MINUTE), NOON);
const ON_TRIAL = { breakerOpened: true, breakerState: 'halfOpen', openings: 1, nextSequence: 2 };

describe('a tenant on trial', () => {
	it.each([
		['a trip', finding()],
		['a grave flag', finding({ verdict: 'flag', severity: 'high' })],
	])('is blocked again by %s, as the same incident', async (_what, found) => {
		const { actor, breakers, opened } = setUp(TRIAL, { existing: ON_TRIAL });
		await actor.act(found, viewAt(NOON + 1000));

		expect(await breakers.breaker('acme')).toMatchObject({ state: 'open', incidentId: 'inc_1' });
		expect(opened().at(-1)?.args).toMatchObject({
			incident: { id: 'inc_1', openings: 2 },
			event: { eventId: 'inc_1:2' },
		});
	});

	it('is only told of by a slight flag', async () => {
		const { actor, breakers, raised } = setUp(TRIAL);
		await actor.act(finding({ verdict: 'flag', severity: 'warning' }), viewAt(NOON + 1000));

		expect(await breakers.breaker('acme')).toEqual(TRIAL);
		expect(raised).toHaveLength(1);
	});

	it('is not judged by what it did before', async () => {
		const { actor, breakers } = setUp(TRIAL);
		await actor.act(finding({ looksBackMs: 5 * MINUTE }), viewAt(NOON + 4 * MINUTE));
		await actor.act(finding(), viewAt(NOON - 1));

		expect(await breakers.breaker('acme')).toEqual(TRIAL);
	});

	it('stands it when it made a call in five minutes', async () => {
		const { breakers, called, tryOut } = setUp(TRIAL);
		await tryOut(NOON + 5 * MINUTE);
		expect(await breakers.breaker('acme')).toEqual(TRIAL);

		called();
		await tryOut(NOON + 5 * MINUTE - 1);
		expect(await breakers.breaker('acme')).toEqual(TRIAL);
		await tryOut(NOON + 5 * MINUTE);
		expect(await breakers.breaker('acme')).toEqual(CLOSED);
	});

	it('that is over a moment before it is broken off opens an incident of its own', async () => {
		const { actor, breakers, opened } = setUp(TRIAL, { existing: null });
		await actor.act(finding(), viewAt(NOON + 1000));

		const ids = opened().map(({ args }) => (args['incident'] as { id: string }).id);
		expect(ids).toEqual(['inc_1', expect.not.stringMatching(/^inc_1$/)]);
		expect(await breakers.breaker('acme')).toMatchObject({ state: 'open', incidentId: ids[1] });
	});

	it('stays on trial when it is let go once more, unless for good', async () => {
		const { actor, ready } = setUp(TRIAL);
		await ready;

		expect(await actor.unblock('acme', { actor: 'ada', now: NOON + 1 })).toEqual(TRIAL);
		expect(await actor.unblock('acme', { actor: 'ada', now: NOON + 1, full: true })).toEqual(
			CLOSED,
		);
	});
});

describe('a block by hand', () => {
	it('that runs out ends the incident it was part of, and one that holds does not', async () => {
		const held: Breaker = { state: 'isolated', since: NOON, until: NOON + MINUTE, reason: 'r' };
		const { blocked, breakers, calls, tryOut } = setUp(held);
		blocked.push('acme');
		await tryOut(NOON + MINUTE - 1);
		expect(await breakers.breaker('acme')).toEqual(held);

		await tryOut(NOON + MINUTE);
		expect(calls.at(-1)).toMatchObject({
			name: 'set_breaker',
			args: { breaker: CLOSED, audit: { actor: 'service', event: 'breaker.closed' } },
		});
	});
});

describe('a policy without a block', () => {
	const containment = { steps: () => [] };

	it('restrains the tenant and leaves its breaker closed, once however often it is found', async () => {
		const { actor, breakers, opened } = setUp(CLOSED, { containment });
		await actor.act(finding(), viewAt(NOON));
		await actor.act(finding(), viewAt(NOON + 1000));

		expect(await breakers.breaker('acme')).toEqual(CLOSED);
		expect(opened().map(({ args }) => args)).toMatchObject([
			{ incident: { breaker: null }, event: { type: 'incident.opened' } },
		]);
	});

	it('makes a graver finding the same incident', async () => {
		const existing = {
			...{ severity: 'high', breakerOpened: false, breakerState: 'closed' },
			...{ openings: 1, nextSequence: 2 },
		};
		const { actor, opened, breakers } = setUp(CLOSED, { existing });
		await actor.act(finding(), viewAt(NOON));

		expect(opened().map(({ args }) => args['incident'])).toMatchObject([
			{ openings: 1 },
			{ id: 'inc_1', openings: 2, severity: 'critical' },
		]);
		expect(await breakers.breaker('acme')).toMatchObject({ state: 'open', incidentId: 'inc_1' });
	});
});

describe('a flag', () => {
	it('opens an incident where the policy says so, and is told where it does not', async () => {
		const opensOnFlag = (_tenantId: string, severity: string) => severity === 'high';
		const { actor, breakers, raised } = setUp(CLOSED, { containment: { opensOnFlag } });
		await actor.act(finding({ verdict: 'flag', severity: 'warning' }), viewAt(NOON));
		expect(raised).toHaveLength(1);

		await actor.act(finding({ verdict: 'flag', severity: 'high' }), viewAt(NOON));
		expect(await breakers.breaker('acme')).toMatchObject({ state: 'open' });
	});
});

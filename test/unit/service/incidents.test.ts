import { systemClock } from '../../../anomaly-service/src/ports/clock.ts';
import { MemoryCounters } from '../../../anomaly-service/src/adapters/memory/memoryCounters.ts';
import type { Database } from '../../../anomaly-service/src/ports/database.ts';
import type { DatabaseFunctions } from '../../../anomaly-service/src/ports/databaseFunctions.ts';
import { IncidentRecorder } from '../../../anomaly-service/src/stages/incidentRecorder.ts';
import { TenantActivity } from '../../../anomaly-service/src/stages/tenantActivity.ts';
import { Actor } from '../../../anomaly-service/src/stages/act.ts';
import type { AlertDesk } from '../../../anomaly-service/src/stages/alertDesk.ts';
import type { Metrics } from '../../../anomaly-service/src/ports/metrics.ts';
import type { PlannedAction } from '../../../core/containment/action.ts';
import type { Finding } from '../../../core/finding.ts';

const NOON = Date.UTC(2026, 9, 14, 12);
const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const finding: Finding = {
	rule: 'spendCap',
	severity: 'critical',
	verdict: 'trip',
	strength: 2,
	evidence: {},
};

const BLOCK: PlannedAction[] = [
	{
		...{ id: 'act_1', incidentId: 'inc_1', tenantId: 'acme', action: 'block', vendor: 'llm-fuse' },
		...{ targetId: 'acme', position: 0, reversible: true, state: 'requested', settings: {} },
	},
];

function setUp() {
	const recorded: DatabaseFunctions['open_incident']['args'][] = [];
	const failing = new Set<string>();
	const database = {
		call: async (_name: string, args: DatabaseFunctions['open_incident']['args']) => {
			if (failing.has(args.incident.tenantId)) throw new Error('does not answer');
			recorded.push(args);
			return { opened: true, incidentId: args.incident.id };
		},
		close: async () => undefined,
	} as unknown as Database;
	const counters = new MemoryCounters(systemClock);
	const recorder = new IncidentRecorder({
		...{ breakers: counters, database, recorded: quiet, notify: () => [] },
		plan: () => ({ actions: [], skipped: [] }),
	});
	const view = (tenantId: string) => {
		const activity = new TenantActivity();
		activity.observe(
			{
				at: NOON,
				endpoint: 'api.openai.com/v1/chat/completions',
				model: 'gpt-4o',
				input: 1,
				cached: 0,
				output: 1,
				contextTokens: 1000,
				latencyMs: 1,
				failed: false,
				costMicroCents: 1_100_000_000,
				caller: '',
				keyId: '',
				execution: '',
			},
			NOON,
		);
		return { tenantId, asOf: NOON, activity, score: undefined };
	};
	const metric = { inc: quiet, observe: quiet };
	const metrics = { findings: metric, breakersOpened: metric } as unknown as Metrics;
	const shared = { database, log, metrics, outboxChanged: quiet };
	const alerts = { raise: async () => undefined, forget: quiet } as unknown as AlertDesk;
	const containment = { steps: () => BLOCK, opensOnFlag: () => false, changed: quiet };
	const actor = new Actor({
		...{ ...shared, alerts, breakers: counters, containment, incidents: recorder },
	});
	return { actor, counters, recorded, failing, view };
}

describe('an incident', () => {
	it('stops its tenant at once, also when it could not be recorded', async () => {
		const { actor, counters, failing, view } = setUp();
		failing.add('acme');
		await actor.act(finding, view('acme')).catch(quiet);

		expect(await counters.breaker('acme')).toMatchObject({ state: 'open' });
	});

	it('the database refused is kept and tells the breach as it was, however late', async () => {
		const { actor, recorded, failing, view } = setUp();
		failing.add('acme');
		const atBreach = view('acme');
		await expect(actor.act(finding, atBreach)).rejects.toThrow('does not answer');
		atBreach.activity.forgive(NOON + 3_600_000);
		failing.clear();
		await actor.recordPending();

		expect(recorded.map(({ incident }) => incident.alertText)).toEqual([
			expect.stringContaining('"spend_velocity_per_min":11.00'),
		]);
		await actor.recordPending();
		expect(recorded).toHaveLength(1);
	});

	it('is not held up by one tenant whose record always fails', async () => {
		const { actor, recorded, failing, view } = setUp();
		for (const tenantId of ['acme', 'beta']) {
			failing.add(tenantId);
			await actor.act(finding, view(tenantId)).catch(quiet);
		}
		failing.delete('beta');
		await actor.recordPending();

		expect(recorded.map(({ incident }) => incident.tenantId)).toEqual(['beta']);
	});
});

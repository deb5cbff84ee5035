import { MemoryCounters } from '../../../anomaly-service/src/adapters/memory/memoryCounters.ts';
import type { Database } from '../../../anomaly-service/src/ports/database.ts';
import type { DatabaseFunctions } from '../../../anomaly-service/src/ports/databaseFunctions.ts';
import { IncidentRecorder } from '../../../anomaly-service/src/stages/incidentRecorder.ts';
import { TenantActivity } from '../../../anomaly-service/src/stages/tenantActivity.ts';
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
	const counters = new MemoryCounters();
	const recorder = new IncidentRecorder({ counters, database, log, outboxChanged: quiet });
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
			},
			NOON,
		);
		return { tenantId, asOf: NOON, activity, scores: [] };
	};
	return { recorder, recorded, failing, view };
}

describe('IncidentRecorder', () => {
	it('keeps an incident the database refused and tells the breach as it was, however late', async () => {
		const { recorder, recorded, failing, view } = setUp();
		failing.add('acme');
		const atBreach = view('acme');
		await expect(recorder.record('inc_1', finding, atBreach)).rejects.toThrow('does not answer');
		atBreach.activity.forgive(NOON + 3_600_000);
		failing.clear();
		await recorder.flushAll();

		expect(recorded.map(({ incident }) => incident.alertText)).toEqual([
			expect.stringContaining('"spend_velocity_per_min":11.00'),
		]);
		await recorder.flushAll();
		expect(recorded).toHaveLength(1);
	});

	it('is not held up by one tenant whose record always fails', async () => {
		const { recorder, recorded, failing, view } = setUp();
		for (const tenantId of ['acme', 'beta']) {
			failing.add(tenantId);
			await recorder.record(`inc_${tenantId}`, finding, view(tenantId)).catch(quiet);
		}
		failing.delete('beta');
		await recorder.flushAll();

		expect(recorded.map(({ incident }) => incident.tenantId)).toEqual(['beta']);
	});
});

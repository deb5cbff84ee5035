import type { ServiceAlert } from '../../../anomaly-service/src/stages/serviceAlerts.ts';
import { NOON, sharedDatabase } from '../../contract/databaseBench.ts';
import { alertingOn } from '../../support/alerting.ts';
import { openMemoryDatabase } from '../../support/servers/migratedPglite.ts';

const MINUTE = 60_000;
const database = sharedDatabase(openMemoryDatabase);

/** One replica's; alerts are told apart by what is in the database alone. */
function replica() {
	const { serviceAlerts } = alertingOn(database);

	return (part: string, perPart: boolean, changes: Partial<ServiceAlert> = {}, now = NOON) =>
		serviceAlerts.raise(
			{
				...{ type: 'price.unknown', severity: 'warning', part, since: NOON, evidence: {} },
				...{ perPart, ...changes },
			},
			now,
		);
}

const stateOf = async (rule: string) =>
	(await database.call('list_alerts', { tenantId: 'llm-fuse', limit: 100 })).find(
		(alert) => alert.rule === rule,
	)?.state;

describe('an alert about the service', () => {
	it('of one type and minute is raised once, whichever part it is about', async () => {
		expect(await replica()('groq/a', false)).toBe(true);
		expect(await replica()('groq/b', false)).toBe(false);
	});

	it('about each part is raised once for each, by whichever replica', async () => {
		const raised = [];
		for (const part of ['groq/a', 'groq/b', 'groq/a']) raised.push(await replica()(part, true));

		expect(raised).toEqual([true, true, false]);
	});

	it('of a state lasts until the service is well again, however often it is seen', async () => {
		const seen = (now: number, type: ServiceAlert['type']) =>
			replica()('counter-store', false, { type, since: now }, now);

		expect(await seen(NOON, 'service.degraded')).toBe(true);
		expect(await seen(NOON + 90 * MINUTE, 'service.degraded')).toBe(false);
		await database.call('sweep_alerts', {
			...{ now: new Date(NOON + 91 * MINUTE).toISOString(), quietMs: 1, renotifyMs: 1e9 },
		});
		expect(await stateOf('service.degraded')).toBe('firing');
		expect(await seen(NOON + 92 * MINUTE, 'service.recovered')).toBe(true);
		expect(await stateOf('service.degraded')).toBe('resolved');
	});
});

import { openPgliteDatabase } from '../../../anomaly-service/src/adapters/pglite/pgliteDatabase.ts';
import { ServiceAlerts } from '../../../anomaly-service/src/stages/serviceAlerts.ts';
import { NOON, sharedDatabase } from '../../contract/databaseBench.ts';
import { MIGRATIONS_DIR } from '../../support/paths.ts';

const database = sharedDatabase(() =>
	openPgliteDatabase({ dataDir: 'memory', migrationsDir: MIGRATIONS_DIR }),
);
const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** One replica's; alerts are told apart by what is in the database alone. */
function replica() {
	const alerts = new ServiceAlerts({ database, log, outboxChanged: quiet });

	return (part: string, perPart: boolean) =>
		alerts.raise(
			{
				...{ type: 'price.unknown', severity: 'warning', part, since: NOON, evidence: {} },
				perPart,
			},
			NOON,
		);
}

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
});

import type { Database } from '../../../../anomaly-service/src/ports/database.ts';
import type { DatabaseFunctions } from '../../../../anomaly-service/src/ports/databaseFunctions.ts';
import type { SimilarIncident } from '../../../../anomaly-service/src/ports/embedderFunctions.ts';
import { TenantActivity } from '../../../../anomaly-service/src/stages/tenantActivity.ts';
import { alertingOn } from '../../../support/alerting.ts';

const NOON = Date.UTC(2026, 9, 14, 12);

const similar = (changes: Partial<SimilarIncident>): SimilarIncident => ({
	...{ id: 'inc_1', tenantId: 'other', rule: 'spendCap', at: NOON, distance: 0.04 },
	...changes,
});

/** The evidence of an alert of this rule when the database finds these incidents. */
async function evidenceOf(rule: string, found: SimilarIncident[] | Error | null) {
	const raised: DatabaseFunctions['raise_alert']['args'][] = [];
	const database = {
		call: async (name: string, args: DatabaseFunctions['raise_alert']['args']) => {
			if (name === 'raise_alert') {
				raised.push(args);
				return { raised: true, grouped: false, alert: null };
			}
			if (found instanceof Error) throw found;
			return found;
		},
		close: async () => undefined,
	} as unknown as Database;
	const { desk } = alertingOn(database);
	await desk.raise(
		{ rule, severity: 'warning', verdict: 'flag', strength: 2, evidence: { distance: 0.3 } },
		{ tenantId: 'acme', asOf: NOON, activity: new TenantActivity(), score: undefined },
	);
	return raised.map(({ alert }) => alert.evidence);
}

describe('an alert of behaviour', () => {
	it('says which incidents it looks like; whose they are only of the tenant’s own', async () => {
		const found = [similar({}), similar({ id: 'inc_2', tenantId: 'acme', distance: 0.1 })];

		expect(await evidenceOf('vectorDistance', found)).toEqual([
			{
				distance: 0.3,
				looksLike: [
					{
						...{ incidentId: null, tenantId: null, rule: 'spendCap' },
						...{ openedAt: '2026-10-14', similarity: 0.96 },
					},
					{
						...{ incidentId: 'inc_2', tenantId: 'acme', rule: 'spendCap' },
						...{ openedAt: '2026-10-14T12:00:00.000Z', similarity: 0.9 },
					},
				],
			},
		]);
	});

	it.each([
		['nothing is near', [similar({ distance: 0.3 })]],
		['there is nothing to compare', null],
		['the search fails', new Error('does not answer')],
	])('is raised as it was when %s', async (_why, found) => {
		expect(await evidenceOf('vectorDistance', found)).toEqual([{ distance: 0.3 }]);
	});

	it('is the only one that looks for similar incidents', async () => {
		expect(await evidenceOf('spikeRatio', [similar({})])).toEqual([{ distance: 0.3 }]);
	});
});

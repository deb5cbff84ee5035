import { MINUTES, SCORED_FROM } from '../../../bench/detection/calendar.ts';
import { figuresOf } from '../../../bench/detection/figures.ts';
import { measure } from '../../../bench/detection/measure.ts';
import { openProductStore } from '../../../bench/detection/product/store.ts';
import { PRODUCT, scoreTenant, type ScoredTenant } from '../../../bench/detection/scoreTenant.ts';
import { tablesOf } from '../../../bench/detection/tables.ts';
import { traceClients } from './traceClients.ts';

/** A small tenant that is hit by retries and by a loop. */
async function scored(): Promise<ScoredTenant> {
	const [, client] = traceClients();
	if (!client) throw new Error('no client');
	const store = await openProductStore();
	const plan = {
		...{ id: 't01', seed: 'test1', client, pool: traceClients(), benignKinds: 1 },
		dimensions: 'full',
		incidentTypes: [
			{ kind: 'retry_storm', strength: 'strong', minutes: 30, start: SCORED_FROM + 2000 },
			{ kind: 'output_loop', strength: 'strong', minutes: 30, start: SCORED_FROM + 5000 },
		],
	} as const;
	try {
		return await scoreTenant(plan, { store, peers: true });
	} finally {
		await store.close();
	}
}

describe('the product in the detection benchmark', () => {
	let tenant: ScoredTenant;
	beforeAll(async () => {
		tenant = await scored();
		// Two weeks of a tenant: seconds, but minutes on a machine with much else to do.
	}, 300_000);

	it('scores every minute from the second day on, through the database', () => {
		const strengths = tenant.scores.get(PRODUCT) ?? new Float32Array();

		expect(strengths).toHaveLength(MINUTES);
		expect(strengths.slice(0, 1440).every(Number.isNaN)).toBe(true);
		expect(strengths.slice(1440).some(Number.isNaN)).toBe(false);
	});

	it('finds strong incidents as shipped', () => {
		const { shipped } = measure([tenant]);

		expect(shipped.recall.get('retry_storm_strong')).toBe(1);
		expect(shipped.recall.get('output_loop_strong')).toBe(1);
		expect(shipped.falseAlertsPerTenantWeek).toBeLessThan(7);
	});

	it('has a figure for everything that is measured, and tables that name them', () => {
		const measured = measure([tenant]);
		const figures = figuresOf(measured);
		const names = figures.map(({ figure }) => figure);

		expect(names).toEqual(
			expect.arrayContaining([
				'macro_recall',
				'macro_recall_at_half',
				'macro_recall_at_3',
				'false_alerts_per_tenant_week',
				'leak_dollars',
				'ratio_vs_best_peer',
				'recall_retry_storm_strong',
				'knn_macro_recall',
				'delay_p90_minutes',
			]),
		);
		expect(figures.every(({ value }) => Number.isFinite(value))).toBe(true);
		expect(tablesOf(measured)).toContain('retry_storm_strong');
	});
});

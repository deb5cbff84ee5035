import type { Admission, Ask } from '../../../anomaly-service/src/stages/admission.ts';
import { Canary, CANARY_LIMIT } from '../../../anomaly-service/src/stages/canary.ts';
import { NOON, sharedDatabase } from '../../contract/databaseBench.ts';
import { alertingOn } from '../../support/alerting.ts';
import { openMemoryDatabase } from '../../support/servers/migratedPglite.ts';

const database = sharedDatabase(openMemoryDatabase);

/** A canary whose call is decided as given. */
function canaryOf(decision: Awaited<ReturnType<Admission['ask']>>) {
	const asked: Ask[] = [];
	const released: string[] = [];
	const canary = new Canary({
		admission: {
			ask: async (ask) => {
				asked.push(ask);
				return decision;
			},
		},
		alerts: alertingOn(database).serviceAlerts,
		release: async (reservationId) => {
			released.push(reservationId);
			return 'released';
		},
	});
	return { canary, asked, released };
}

describe('the canary', () => {
	it('asks for more than its budget of one micro-cent, and is content with a no', async () => {
		const { canary, asked } = canaryOf({ decision: 'reject', reasons: [], retryAfterMs: null });

		expect(await canary.run(NOON)).toBe('refused');
		expect(asked[0]?.microCents).toBeGreaterThan(CANARY_LIMIT.capacity);
		expect(await database.call('list_alerts', { tenantId: null, limit: 9 })).toEqual([]);
	});

	it('raises one alert while it is let through, and gives the hold back', async () => {
		const allow = {
			...({ decision: 'allow', reservationId: 'rsv_canary', heldMicroCents: 2 } as const),
			...{ expiresAt: NOON + 1000, wouldReject: [], degraded: false },
		};
		const { canary, released } = canaryOf(allow);

		expect(await canary.run(NOON)).toBe('allowed');
		await canary.run(NOON + 60_000);
		expect(released).toEqual(['rsv_canary', 'rsv_canary']);
		expect(await database.call('list_alerts', { tenantId: null, limit: 9 })).toMatchObject([
			{ rule: 'canary.allowed', severity: 'critical' },
		]);
	});
});

import type { BacktestFunctions } from '../../../anomaly-service/src/ports/backtestFunctions.ts';
import type { Database } from '../../../anomaly-service/src/ports/database.ts';
import { behaviourOf } from '../../../anomaly-service/src/stages/behaviourPicture.ts';
import { origin } from '../../../core/behaviour/embedding.ts';

const NOON = Date.UTC(2026, 9, 14, 12);
const MINUTE = 60_000;
const LIMIT = 0.5;

type Stored = BacktestFunctions['tenant_behaviour']['result'];

const vectorOf = (first: number, second: number) =>
	origin().map((value, at) => (at === 0 ? first : at === 1 ? second : value));

/** A snapshot every five minutes of the two hours before noon, one of them far out. */
function stored(changes: Partial<NonNullable<Stored>> = {}): Stored {
	const snapshots = Array.from({ length: 24 }, (_, index) => {
		const far = index === 20;
		const vector = far ? vectorOf(9, 1) : vectorOf(Math.sin(index), Math.cos(index));
		return [NOON - (24 - index) * 5 * MINUTE, far ? 0.4 : 0.01, far ? 2 : 0.3, vector] as const;
	});
	return {
		...{ version: 3, space: 'features', limit: LIMIT, found: 24, snapshots },
		centroids: [{ vector: origin(), weight: 1 }],
		...changes,
	};
}

function picture(behaviour: Stored, scores = new Map()) {
	const answers: Record<string, unknown> = {
		tenant_behaviour: behaviour,
		known_spans: {
			incidents: [{ id: 'inc_1', rule: 'spendCap', from: NOON - MINUTE, to: null }],
			...{ feedback: [], maintenance: [] },
		},
	};
	const database: Database = {
		call: async (name) => answers[name] as never,
		close: async () => undefined,
	};
	return behaviourOf(
		{ database, scores },
		{ tenantId: 'acme', from: NOON - 2 * 60 * MINUTE, to: NOON },
	);
}

describe('the picture of a tenant', () => {
	it('has each snapshot where it is on the plane, with its score and whether it was flagged', async () => {
		const seen = await picture(stored());
		const [centroid] = seen?.centroids ?? [];
		const far = seen?.snapshots[20];

		expect(seen?.snapshots).toHaveLength(24);
		expect(seen?.snapshots.filter(({ flagged }) => flagged)).toEqual([far]);
		expect(far).toMatchObject({ strength: 2, distance: 0.4, at: '2026-10-14T11:40:00.000Z' });
		const apart = Math.hypot(
			(far?.x ?? NaN) - (centroid?.x ?? NaN),
			(far?.y ?? NaN) - (centroid?.y ?? NaN),
		);
		expect(apart).toBeCloseTo(Math.hypot(9, 1), 2);
	});

	it('draws the limit as far from a centroid as the tangent says', async () => {
		const seen = await picture(stored());

		expect(seen?.centroids[0]?.radius).toBeCloseTo(LIMIT * 8, 2);
		expect(seen?.threshold).toBeCloseTo(1 - 1 / Math.sqrt(1 + LIMIT ** 2));
	});

	it('tells the newest score beside what is stored, and the incidents', async () => {
		const scores = new Map([['acme', { at: NOON, distance: 0.1, strength: 0.9 }]]);

		expect(await picture(stored(), scores)).toMatchObject({
			latest: { at: '2026-10-14T12:00:00.000Z', strength: 0.9 },
			incidents: [{ incidentId: 'inc_1', openedAt: '2026-10-14T11:59:00.000Z', closedAt: null }],
		});
		expect(await picture(stored())).toMatchObject({ latest: null });
	});

	it('is not turned by a point of the hour that has begun', async () => {
		const many = Array.from({ length: 60 }, (_, index) => {
			const vector = vectorOf(Math.sin(index), 0.3 * Math.cos(index));
			return [NOON - (70 - index) * MINUTE, 0.01, 0.3, vector] as const;
		});
		const place = async (snapshots: NonNullable<Stored>['snapshots']) =>
			(await picture(stored({ snapshots })))?.snapshots[0];

		expect(await place([...many, [NOON, 0.4, 2, vectorOf(0, 9)]])).toEqual(await place(many));
	});

	it('is none without a baseline', async () => {
		expect(await picture(null)).toBeUndefined();
	});
});

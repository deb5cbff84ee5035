import { sparseLiteral } from '../../anomaly-service/src/stages/sparseVector.ts';
import { COORDINATES } from '../../core/behaviour/features.ts';
import { CONSTANT, origin } from '../../core/behaviour/embedding.ts';
import { emptyLevels } from '../support/baselines.ts';
import { openQueryablePglite } from '../support/servers/openedDatabase.ts';
import { iso, NOON } from './databaseBench.ts';

it('what was called an incident later is no longer suppressed as fine', async () => {
	const db = await openQueryablePglite();
	const tenantId = 'acme';
	const flagged = sparseLiteral(origin().map((value, at) => (at === 0 ? CONSTANT : value)));
	const tangentLimit = 0.5;
	await db.call('save_baseline', {
		baseline: {
			...{ tenantId, fittedAt: iso(NOON), levels: emptyLevels(), scales: [], tangentLimit },
			...{ snapshots: 2, theta: 0, cause: 'daily', excludedMinutes: 0, note: null },
			centroids: [{ vector: JSON.stringify(origin()), weight: 1, days: 2 }],
		},
		scoring: { tangentLimit, theta: 0, refreshAfter: iso(NOON) },
		actor: null,
	});
	const raw = `{${COORDINATES.map(() => 0).join(',')}}`;
	await db.call('store_snapshots', {
		at: iso(NOON),
		space: 'features',
		snapshots: [[tenantId, 1, raw, flagged, 0.3, 2]],
	});
	const judge = (verdict: 'fine' | 'incident', now: number) =>
		db.call('give_feedback', {
			...{ tenantId, at: iso(NOON), openedAt: null, verdict, note: null, actor: 'key_1' },
			...{ expiresAt: iso(NOON + 86_400_000), now: iso(now) },
		});
	const suppressed = async () => {
		const tenants = { tenants: [tenantId], versions: [1], vectors: [flagged] };
		const scored = { at: iso(NOON + 60_000), space: 'features', ...tenants };
		return (await db.call('score_snapshots', scored)).suppressed.length;
	};

	await judge('fine', NOON + 1);
	expect(await suppressed()).toBe(1);
	await judge('incident', NOON + 2);
	expect(await suppressed()).toBe(0);
	await judge('fine', NOON + 3);
	expect(await suppressed()).toBe(1);
	await db.close();
});

import { BaselineDesk } from '../../anomaly-service/src/stages/baselineDesk.ts';
import type { CompactCall } from '../../core/behaviour/compactCall.ts';
import { seededRandom } from '../../core/behaviour/seededRandom.ts';
import {
	call,
	DAY,
	inOrder,
	learningWorld,
	minutesOfDay,
	ordinaryDay,
	START,
	type LearningWorld,
} from '../support/learningWorld.ts';

const midnight = (day: number) => START + day * DAY;
const by = { actor: 'key_1', note: 'a new product', now: midnight(8) };

let world: LearningWorld;
beforeAll(async () => {
	world = await learningWorld();
});
afterAll(() => world.close());

/** The same customers, asking another model for ten times longer answers. */
function changedDay(day: number, random: () => number): CompactCall[] {
	const ordinary = ordinaryDay(day, 1, random);

	return inOrder(
		ordinary.map(([at]) =>
			call(at, random, { model: 'large', output: Math.round(800 * 2 ** (2 * random())) }),
		),
	);
}

/** A week as ever, then another one of something else. Mean strength of the first day of it. */
async function change(tenantId: string, random: () => number): Promise<number> {
	for (let day = 0; day < 7; day++) world.happen(tenantId, ordinaryDay(day, 1, random));
	await world.refresh(tenantId, midnight(7));
	world.happen(tenantId, changedDay(7, random));

	return meanStrength(tenantId, 7);
}

async function meanStrength(tenantId: string, day: number): Promise<number> {
	const minutes = minutesOfDay(day, 0, 1440, 3);
	const strengths = (await world.score([tenantId], minutes)).get(tenantId) ?? [];

	return strengths.reduce((sum, strength) => sum + strength, 0) / strengths.length;
}

const asked = async (tenantId: string) =>
	(await world.database.call('list_alerts', { tenantId, limit: 10 })).filter(
		({ rule }) => rule === 'baseline.shifted',
	);
const openQuestion = async (tenantId: string, now: number) =>
	(await world.database.call('level_shift', { tenantId, now: new Date(now).toISOString() })).open;

describe('a tenant that changed for good', () => {
	const random = seededRandom(17);

	it('is asked about once: new normal?', async () => {
		expect(await change('changed', random)).toBeGreaterThan(1);
		await world.refresh('changed', midnight(8));
		await world.refresh('changed', midnight(8) + 3_600_000);

		expect(await asked('changed')).toMatchObject([
			{ severity: 'warning', evidence: { question: 'new normal?', ofMinutes: 1440 } },
		]);
	}, 180_000);

	it('is flagged on until somebody says yes, and is itself from then on', async () => {
		world.happen('changed', changedDay(8, random));
		expect(await meanStrength('changed', 8)).toBeGreaterThan(1);

		const { database, book, fit: refresh, limits, shifts } = world;
		const broadcast = { publish: async () => undefined };
		const desk = new BaselineDesk({ book, broadcast, database, limits, refresh, shifts });
		const { open, refreshed } = await desk.acceptShift('changed', { ...by, now: midnight(9) });
		expect([open, refreshed?.excludedMinutes]).toEqual([true, 0]);
		expect(await desk.acceptShift('changed', by)).toEqual({ open: false, refreshed: undefined });
		world.happen('changed', changedDay(9, random));
		expect(await meanStrength('changed', 9)).toBeLessThan(0.7);
		expect(await openQuestion('changed', midnight(10))).toBeNull();
	}, 180_000);

	it('is taken over after a week in which nobody answered and it went on', async () => {
		const silent = 'unanswered';
		await change(silent, random);
		await world.refresh(silent, midnight(8));
		for (let day = 8; day < 15; day++) {
			world.happen(silent, changedDay(day, random));
			expect(await meanStrength(silent, day)).toBeGreaterThan(1);
		}
		await world.refresh(silent, midnight(15));

		expect(await openQuestion(silent, midnight(15))).toBeNull();
		world.happen(silent, changedDay(15, random));
		expect(await meanStrength(silent, 15)).toBeLessThan(0.7);
	}, 180_000);

	it('is not taken over when it went away again', async () => {
		const passing = 'passing';
		await change(passing, random);
		await world.refresh(passing, midnight(8));
		for (let day = 8; day < 15; day++) world.happen(passing, ordinaryDay(day, 1, random));
		await meanStrength(passing, 14);
		await world.refresh(passing, midnight(15));

		expect(await openQuestion(passing, midnight(15))).toBeNull();
		world.happen(passing, changedDay(15, random));
		// Its one day, unreviewed, is older than a week by now and counts a little; taken over it would be below 0.7.
		expect(await meanStrength(passing, 15)).toBeGreaterThan(0.8);
	}, 180_000);
});

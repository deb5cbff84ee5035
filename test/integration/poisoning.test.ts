import { seededRandom } from '../../core/behaviour/seededRandom.ts';
import type { CompactCall } from '../../core/behaviour/compactCall.ts';
import {
	call,
	DAY,
	inOrder,
	learningWorld,
	minutesOfDay,
	MINUTE,
	ordinaryDay,
	START,
	type LearningWorld,
} from '../support/learningWorld.ts';

const midnight = (day: number) => START + day * DAY;
const TWO_PM = 14 * 60;

async function inWorld<Result>(
	options: Parameters<typeof learningWorld>[0],
	happens: (world: LearningWorld) => Promise<Result>,
): Promise<Result> {
	const world = await learningWorld(options);
	try {
		return await happens(world);
	} finally {
		await world.close();
	}
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Half an hour of answers of the greatest length, one after the other from several workers. */
function outputLoop(day: number, random: () => number): CompactCall[] {
	const begins = midnight(day) + TWO_PM * MINUTE;

	return Array.from({ length: 30 * 15 }, (_, k) =>
		call(begins + (k / 15) * MINUTE, random, { output: Math.round(3300 + 800 * random()) }),
	);
}

/** The same loop at the same hour of four days; of each its mean strength, and the share of its minutes that was flagged. */
async function fourLoops(world: LearningWorld) {
	const random = seededRandom(5);
	const tenantId = 'looping';
	for (let day = 0; day < 7; day++) world.happen(tenantId, ordinaryDay(day, 1.5, random));
	const loops: { strength: number; found: number }[] = [];
	for (let day = 7; day < 11; day++) {
		await world.refresh(tenantId, midnight(day));
		const ordinary = ordinaryDay(day, 1.5, random);
		world.happen(tenantId, inOrder([...ordinary, ...outputLoop(day, random)]));
		const minutes = minutesOfDay(day, TWO_PM - 60, TWO_PM + 90);
		const strengths = (await world.score([tenantId], minutes)).get(tenantId) ?? [];
		const within = strengths.slice(60, 90);
		const flagged = within.filter((strength) => strength > 1);
		loops.push({ strength: mean(within), found: flagged.length / within.length });
	}
	return loops;
}

describe('a strong loop on four days', () => {
	it('is found on the fourth as on the first, though nobody said what it was', async () => {
		const [first, , , fourth] = await inWorld({}, fourLoops);

		expect(first?.found).toBe(1);
		expect((fourth?.found ?? 0) / (first?.found ?? NaN)).toBeGreaterThanOrEqual(0.95);
		expect((fourth?.strength ?? 0) / (first?.strength ?? NaN)).toBeGreaterThanOrEqual(0.95);
	}, 240_000);

	it('would become normal if it were learned from', async () => {
		const [first, , , fourth] = await inWorld({ everythingEnters: true }, fourLoops);

		expect((fourth?.strength ?? 1) / (first?.strength ?? NaN)).toBeLessThan(0.6);
	}, 240_000);
});

/** Eight hours a day a stolen key asks a dear model, three per cent more every day; people confirm it every evening. */
async function slowDrip(world: LearningWorld) {
	const random = seededRandom(9);
	const tenantId = 'dripped';
	for (let day = 0; day < 7; day++) world.happen(tenantId, ordinaryDay(day, 1, random));
	await world.refresh(tenantId, midnight(7));
	const before = world.book.get(tenantId);
	const strengths: number[] = [];
	for (let day = 7; day < 21; day++) {
		const perMinute = 0.5 * 1.03 ** (day - 7);
		const drip = Array.from({ length: Math.round(480 * perMinute) }, () =>
			call(midnight(day) + (9 * 60 + 480 * random()) * MINUTE, random, {
				...{ model: 'frontier', input: 6000, usd: 0.2 },
			}),
		);
		world.happen(tenantId, inOrder([...ordinaryDay(day, 1, random), ...drip]));
		const minutes = minutesOfDay(day, 8 * 60, 18 * 60, 5);
		const ofDay = (await world.score([tenantId], minutes)).get(tenantId) ?? [];
		strengths.push(mean(ofDay.slice(24, 100)));
		const first = ofDay.findIndex((strength) => strength > 1);
		const openedAt = (minutes[first] ?? 0) * MINUTE;
		if (first !== -1) await world.confirm(tenantId, openedAt);
		if (day % 4 === 0) await world.refresh(tenantId, midnight(day + 1));
	}
	const after = world.book.get(tenantId);
	const ratio = (of: (levels: NonNullable<typeof after>['levels']) => number) =>
		before && after ? of(after.levels) / of(before.levels) : NaN;

	return {
		cost: ratio((levels) => levels.costPerRequest),
		rate: ratio((levels) => levels.ratePerMinute.reduce((sum, rate) => sum + rate)),
		strength: (strengths.at(-1) ?? 0) / (strengths[0] ?? NaN),
	};
}

describe('a slow hostile drip over two weeks', () => {
	it('does not drag the baseline along, and is as strong at its end', async () => {
		const drip = await inWorld({}, slowDrip);
		expect(drip.cost).toBeGreaterThan(0.9);
		expect(drip.cost).toBeLessThan(1.1);
		// Of the hours that were left out every day nothing is known any more; they do not count as busier.
		expect(drip.rate).toBeLessThan(1.1);
		expect(drip.strength).toBeGreaterThanOrEqual(0.95);
	}, 240_000);

	it('would, if it were learned from', async () => {
		const drip = await inWorld({ everythingEnters: true }, slowDrip);
		expect(drip.cost).toBeGreaterThan(2);
	}, 240_000);
});

/** Openings of alerts in four days: flagged after an hour without. */
async function alertsAtGrowth(world: LearningWorld, growthPct: number): Promise<number> {
	const tenants = ['a', 'b'].map((name) => `${name}-${growthPct}`);
	const randoms = new Map(tenants.map((tenantId, at) => [tenantId, seededRandom(31 + at)]));
	let opened = 0;
	const lastFlagged = new Map<string, number>();
	for (let day = 0; day < 11; day++) {
		for (const tenantId of tenants) {
			const rate = 1.5 * (1 + growthPct / 100) ** day;
			world.happen(tenantId, ordinaryDay(day, rate, randoms.get(tenantId) ?? Math.random));
			if (day >= 7) await world.refresh(tenantId, midnight(day));
		}
		if (day < 7) continue;
		const minutes = minutesOfDay(day, 0, 1440, 5);
		for (const [tenantId, strengths] of await world.score(tenants, minutes)) {
			strengths.forEach((strength, at) => {
				if (strength <= 1) return;
				const minute = minutes[at] ?? 0;
				if (minute - (lastFlagged.get(tenantId) ?? -Infinity) > 60) opened++;
				lastFlagged.set(tenantId, minute);
			});
		}
	}
	return opened;
}

it('organic growth of 5 % a day raises no more alerts than none', async () => {
	const [none, growing] = await inWorld({}, async (world) => [
		await alertsAtGrowth(world, 0),
		await alertsAtGrowth(world, 5),
	]);
	expect(growing).toBeLessThanOrEqual(none);
}, 240_000);

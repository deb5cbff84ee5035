import { StoreTime } from '../../../anomaly-service/src/adapters/redis/storeTime.ts';
import { StoreUnavailableError } from '../../../anomaly-service/src/ports/database.ts';

const HOUR = 3_600_000;

describe('StoreTime', () => {
	it('asks again for the time the store says it is', async () => {
		const time = new StoreTime(undefined);
		const stored = Date.now() + 5 * HOUR;
		const estimates: number[] = [];
		const reply = await time.agree(async (estimate) => {
			estimates.push(estimate);
			return Math.abs(estimate - stored) > 1000 ? ['clock', stored] : ['done'];
		});

		expect(reply).toEqual(['done']);
		expect(estimates).toHaveLength(2);
		expect(Math.abs(time.estimate() - stored)).toBeLessThan(1000);
	});

	it('gives up on a store whose clock never agrees', async () => {
		const time = new StoreTime(undefined);
		let tries = 0;
		const run = async () => ['clock', Date.now() + ++tries * HOUR];

		await expect(time.agree(run)).rejects.toBeInstanceOf(StoreUnavailableError);
		expect(tries).toBeLessThan(10);
	});

	it('believes the quickest answer, for that one is the most exact', () => {
		const time = new StoreTime(undefined);
		const now = Date.now();
		time.learn(now + HOUR, now);
		time.learn(now + 9 * HOUR, now - 2000);

		expect(Math.abs(time.estimate() - Date.now() - HOUR)).toBeLessThan(100);
	});

	it('has the time it is given instead, if any', () => {
		const time = new StoreTime({ now: () => 42 });

		expect([time.estimate(), time.argument(), time.givenOr(7)]).toEqual([42, 42, 42]);
		expect(new StoreTime(undefined).argument()).toBeLessThan(0);
	});
});

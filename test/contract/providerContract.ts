import type { Database } from '../../anomaly-service/src/ports/database.ts';
import type { StoredObservation } from '../../anomaly-service/src/ports/providerFunctions.ts';
import { iso, NOON, sharedDatabase } from './databaseBench.ts';

const DAY_MS = 86_400_000;

/** What is kept of providers, through any transport of the SQL functions. */
export function providerContract(name: string, open: () => Promise<Database>): void {
	describe(`providers through ${name}`, () => {
		const db = sharedDatabase(open);
		let made = 0;
		const newProvider = () => `provider-${++made}`;
		const setTier = (provider: string, tier: string | null) =>
			db.call('set_provider_tier', {
				provider,
				settings: tier === null ? null : { tier, overrides: [OVERRIDE] },
				actor: 'key_1',
				now: iso(NOON),
			});
		const observe = (provider: string, seenAt: number, more: object = {}) =>
			db.call('observe_provider', {
				provider,
				family: 'gpt-4o',
				observation: {
					limits: [{ ...SEEN, seenAt }],
					throttledUntil: null,
					seenAt: iso(seenAt),
					...more,
				},
			});
		const kept = async (provider: string, since = NOON - DAY_MS) => {
			const all = await db.call('load_providers', { since: iso(since) });
			return {
				settings: all.settings.filter((row) => row.provider === provider),
				observations: all.observations.filter((row) => row.provider === provider),
			};
		};

		it('gives a tier back as it was set, until it is forgotten', async () => {
			const provider = newProvider();
			await setTier(provider, '1');
			expect(await setTier(provider, '5')).toEqual({ changed: true });

			expect((await kept(provider)).settings).toEqual([
				{
					...{ provider, tier: '5', overrides: [OVERRIDE], changedBy: 'key_1' },
					changedAt: expect.stringMatching(/^2026-10-14/),
				},
			]);
			expect(await setTier(provider, null)).toEqual({ changed: true });
			expect(await setTier(provider, null)).toEqual({ changed: false });
			expect((await kept(provider)).settings).toEqual([]);
		});

		it('gives back what a provider said last, to the millisecond', async () => {
			const provider = newProvider();
			const throttledUntil = NOON + 12_345;
			await observe(provider, NOON, { throttledUntil: iso(throttledUntil) });

			expect((await kept(provider)).observations).toEqual([
				{ provider, family: 'gpt-4o', limits: [{ ...SEEN, seenAt: NOON }], throttledUntil },
			]);
		});

		it('keeps the newer of two observations, in whatever order they come', async () => {
			const provider = newProvider();
			expect(await observe(provider, NOON)).toEqual({ kept: true });
			expect(await observe(provider, NOON - 1)).toEqual({ kept: false });
			expect(await observe(provider, NOON)).toEqual({ kept: true });

			expect((await kept(provider)).observations).toMatchObject([{ limits: [{ seenAt: NOON }] }]);
		});

		it('forgets what was said of another tier', async () => {
			const provider = newProvider();
			await observe(provider, NOON);
			await setTier(provider, '2');

			expect((await kept(provider)).observations).toEqual([]);
		});

		it('reads only what was seen since, and drops what is 30 days old', async () => {
			const [old, older] = [newProvider(), newProvider()];
			await observe(old, NOON - 2 * DAY_MS);
			await observe(older, NOON - 31 * DAY_MS);
			await observe(newProvider(), NOON);

			expect((await kept(old)).observations).toEqual([]);
			expect((await kept(old, NOON - 3 * DAY_MS)).observations).toHaveLength(1);
			expect((await kept(older, 0)).observations).toEqual([]);
		});
	});
}

const OVERRIDE = {
	family: null,
	unit: 'tokens',
	window: 'day@Europe/Berlin',
	capacity: 2 ** 53 - 1,
};
const SEEN: Omit<StoredObservation, 'seenAt'> = {
	unit: 'requests',
	window: '1m',
	limit: 500,
	remaining: null,
	resetsAt: NOON + 1,
};

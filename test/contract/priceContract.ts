import type { Database } from '../../anomaly-service/src/ports/database.ts';
import type { PriceFunctions, StoredRate } from '../../anomaly-service/src/ports/priceFunctions.ts';
import { ownPriceDocument, seedOf } from '../../anomaly-service/src/stages/storedPrices.ts';
import { DAY_MS } from '../../core/durations.ts';
import type { ModelPrices, WrittenRate } from '../../core/priceBook.ts';
import { iso, NOON, sharedDatabase } from './databaseBench.ts';

const BY = { actor: 'key_1', now: iso(NOON) };
const INPUT: WrittenRate = { unit: 'inputUncached', rate: 100 };
const OUTPUT: WrittenRate = { unit: 'output', rate: 400 };

function aModel(model: string, rates: WrittenRate[]): ModelPrices {
	return { provider: 'openai', model, pattern: `^${model}$`, contextTokens: 1000, rates };
}

/** The price book, through any transport of the SQL functions. */
export function priceContract(name: string, open: () => Promise<Database>): void {
	describe(`prices through ${name}`, () => {
		const db = sharedDatabase(open);
		let version = 0;
		/** Each list is a day younger than the one before. */
		const dayOf = (number: number) => iso(NOON + number * DAY_MS).slice(0, 'YYYY-MM-DD'.length);
		const listOf = (models: ModelPrices[], asOf = dayOf(version + 1)) => {
			version += 1;
			const sourceVersion = String(version);
			return seedOf({ source: 'test', sourceVersion, asOf, hash: `hash-${version}`, models });
		};
		const seed = (models: ModelPrices[], asOf?: string) =>
			db.call('seed_prices', { list: listOf(models, asOf), now: iso(NOON) });
		const load = async (hash = '') => await db.call('load_prices', { revision: null, hash });
		const seeded = async () =>
			(await load())?.seeded?.map(({ model, rates }) => [model, rates.map(({ rate }) => rate)]);
		const ids = (rates: readonly Pick<StoredRate, 'id'>[]) => rates.map(({ id }) => id);
		const list = (changes: Partial<PriceFunctions['list_prices']['args']>) =>
			db.call('list_prices', {
				...{ provider: null, search: null, source: null, state: 'active', after: null },
				...{ limit: 100, ...changes },
			});
		const audit = async (action: string) =>
			await db.call('search_audit', {
				...{ tenantId: null, action, actor: null, incidentId: null },
				...{ from: null, to: null, before: null, limit: 1 },
			});
		const put = (price: Partial<Parameters<typeof ownPriceDocument>[0]> = {}) => {
			const names = { provider: 'openai', model: 'own', alsoNamed: [], isPrefix: false };
			const own = { ...names, contextTokens: null, rates: [INPUT], ...price };
			return db.call('put_price', { price: ownPriceDocument(own), ...BY });
		};

		beforeEach(() => seed([]));

		it('takes a list once, and gives it back in its order with all that rates depend on', async () => {
			const special: WrittenRate = {
				...{ unit: 'output', rate: 7, minInputTokens: 200_001, serviceTier: 'batch' },
				...{ timeOfDay: [60, 1440], validFrom: '2026-08-17', validTo: '2026-09-01' },
			};
			const given = listOf([aModel('b', [INPUT, special]), aModel('a', [OUTPUT])]);

			expect(await db.call('seed_prices', { list: given, now: iso(NOON) })).toEqual({
				...{ seeded: true, changed: 3, retired: 0, held: [] },
			});
			expect(await db.call('seed_prices', { list: given, now: iso(NOON) })).toEqual({
				...{ seeded: false, changed: 0, retired: 0, held: [] },
			});
			const loaded = await load();
			expect(loaded?.seeded).toMatchObject([
				{
					...{ source: 'seed', provider: 'openai', model: 'b', pattern: '^b$' },
					...{ contextTokens: 1000, sourceVersion: given.version },
					rates: [
						{ unit: 'inputUncached', rate: 100, minInputTokens: 0, serviceTier: 'standard' },
						{
							...special,
							validFrom: '2026-08-17T00:00:00.000Z',
							validTo: '2026-09-01T00:00:00.000Z',
						},
					],
				},
				{ model: 'a' },
			]);
			expect(
				await db.call('load_prices', { revision: loaded?.revision ?? 0, hash: '' }),
			).toBeNull();
			expect((await load(given.hash))?.seeded).toBeNull();
		});

		it('takes the place of the list before: what is equal stays, what is gone is kept as retired', async () => {
			await seed([aModel('a', [INPUT, OUTPUT]), aModel('gone', [INPUT])]);
			const { changed, retired } = await seed([aModel('a', [{ ...INPUT, rate: 150 }, OUTPUT])]);

			expect({ changed, retired }).toEqual({ changed: 1, retired: 2 });
			expect(await seeded()).toEqual([['a', [150, 400]]]);
			const kept = (await list({ state: 'retired', search: 'gone' })).flatMap(({ rates }) =>
				ids(rates),
			);
			expect(kept).toEqual(['openai/gone/inputUncached/0@100']);
		});

		it('uses a rate again that had been retired', async () => {
			await seed([aModel('a', [INPUT])]);
			await seed([aModel('a', [{ ...INPUT, rate: 150 }])]);
			await seed([aModel('a', [INPUT])]);

			expect(await seeded()).toEqual([['a', [100]]]);
		});

		it('does not take a list that is older than the one it has', async () => {
			await seed([aModel('a', [INPUT])]);
			const [yesterday, today] = [dayOf(version - 1), dayOf(version)];

			expect(await seed([aModel('b', [INPUT])], yesterday)).toMatchObject({ seeded: false });
			expect(await seeded()).toEqual([['a', [100]]]);
			expect(await seed([aModel('b', [INPUT])], today)).toMatchObject({ seeded: true });
		});

		const jumps: [what: string, from: number, to: number, isHeld: boolean][] = [
			['ten times as much', 100, 1000, false],
			['more than ten times as much', 100, 1001, true],
			['a tenth', 100, 10, false],
			['less than a tenth', 100, 9, true],
			['nothing', 100, 0, true],
			['something that was free', 0, 1, true],
			['nothing still', 0, 0, false],
		];
		it.each(jumps)('holds a jump for approval: %s', async (_what, from, to, isHeld) => {
			await seed([aModel('a', [{ ...INPUT, rate: from }, OUTPUT])]);
			const { held } = await seed([aModel('a', [{ ...INPUT, rate: to }, OUTPUT])]);

			expect(held).toMatchObject(isHeld ? [{ model: 'a', unit: 'inputUncached', from, to }] : []);
			expect(await seeded()).toEqual([['a', [isHeld ? from : to, 400]]]);
			expect(await db.call('held_prices', {})).toEqual(held);
		});

		it('a new tier or size is no jump, a later price of the same use is', async () => {
			await seed([aModel('a', [INPUT])]);
			const later = { ...INPUT, rate: 5000, validFrom: '2027-01-01' };
			const { held } = await seed([
				aModel('a', [
					{ ...INPUT, validTo: '2027-01-01' },
					{ ...INPUT, rate: 5000, serviceTier: 'priority' },
					{ ...INPUT, rate: 5000, minInputTokens: 200_001 },
					later,
				]),
			]);

			expect(held).toMatchObject([{ from: 100, to: 5000, validFrom: expect.any(String) }]);
			const [model] = (await load())?.seeded ?? [];
			expect(model?.rates.find(({ rate }) => rate === 100)?.validTo).toBeUndefined();

			expect(await db.call('approve_prices', { ids: ids(held), ...BY })).toEqual(ids(held));
			const [approved] = (await load())?.seeded ?? [];
			expect(approved?.rates).toHaveLength(4);
			expect(approved?.rates.find(({ rate }) => rate === 100)?.validTo).toBe(
				'2027-01-01T00:00:00.000Z',
			);
		});

		it('a size that moves is compared with the nearest one that is gone, and takes its place once approved', async () => {
			const long = (minInputTokens: number, rate: number) => ({ ...INPUT, minInputTokens, rate });
			await seed([aModel('a', [INPUT, long(128_001, 150), long(200_001, 200)])]);
			const { held } = await seed([
				aModel('a', [INPUT, long(128_001, 150), long(200_000, 20_000)]),
			]);

			expect(held).toMatchObject([{ minInputTokens: 200_000, from: 200, to: 20_000 }]);
			expect(await db.call('held_prices', {})).toEqual(held);
			expect(await seeded()).toEqual([['a', [100, 150, 200]]]);
			await db.call('approve_prices', { ids: ids(held), ...BY });
			expect(await seeded()).toEqual([['a', [100, 150, 20_000]]]);
		});

		it('an approved rate takes the place of the one before, and stays with the next list', async () => {
			await seed([aModel('a', [INPUT])]);
			const dear = [aModel('a', [{ ...INPUT, rate: 5000 }])];
			const { held } = await seed(dear);
			const asked = [...ids(held), 'nobody'];

			expect(await db.call('approve_prices', { ids: asked, ...BY })).toEqual(ids(held));
			expect(await db.call('approve_prices', { ids: asked, ...BY })).toEqual([]);
			expect(await seeded()).toEqual([['a', [5000]]]);
			expect(await audit('prices.approved')).toMatchObject([
				{ actor: 'key_1', detail: { rates: [{ from: 100, to: 5000 }] } },
			]);
			const next = listOf(dear);
			expect(await db.call('seed_prices', { list: next, now: iso(NOON) })).toMatchObject({
				...{ changed: 0, held: [] },
			});
			expect((await load(next.hash))?.seeded).toBeNull();
		});

		it('a rejected rate stays rejected while the list says the same, and the one before is used', async () => {
			await seed([aModel('a', [INPUT])]);
			const free = [aModel('a', [{ ...INPUT, rate: 0 }])];
			const { held } = await seed(free);

			expect(await db.call('reject_prices', { ids: ids(held), ...BY })).toEqual(ids(held));
			expect(await audit('prices.rejected')).toMatchObject([{ actor: 'key_1' }]);
			expect((await seed(free)).held).toEqual([]);
			expect(await seeded()).toEqual([['a', [100]]]);
			expect((await seed([aModel('a', [{ ...INPUT, rate: 1 }])])).held).toHaveLength(1);
			expect((await seed(free)).held).toHaveLength(1);
		});

		it('a price of an operator’s own goes first, whole names before beginnings, until it is deleted', async () => {
			expect(await put({ model: 'gpt', isPrefix: true })).toEqual({ outcome: 'created' });
			expect(await put({ model: 'gpt-long', isPrefix: true })).toEqual({ outcome: 'created' });
			expect(await put({ contextTokens: 5, alsoNamed: ['a.b'] })).toEqual({ outcome: 'created' });
			expect(await put({ contextTokens: 5, alsoNamed: ['a.b'] })).toEqual({ outcome: 'unchanged' });

			const own = (await load())?.operator ?? [];
			expect(own.map(({ model }) => model)).toEqual(['own', 'gpt-long', 'gpt']);
			expect(own[0]).toMatchObject({
				contextTokens: 5,
				alsoNamed: ['a.b'],
				pattern: '^(?:own|a\\.b)$',
			});

			expect(await put({ rates: [OUTPUT] })).toEqual({ outcome: 'replaced' });
			expect(await audit('price.replaced')).toMatchObject([
				{ actor: 'key_1', detail: { price: { model: 'own' }, was: { contextTokens: 5 } } },
			]);
			const [{ rates } = { rates: [] }] = (await load())?.operator ?? [];
			expect(ids(rates)).toEqual(['operator/openai/own/output/0@400']);
			const remove = () => db.call('delete_price', { provider: 'openai', model: 'own', ...BY });
			expect(await remove()).toEqual({ deleted: true });
			expect(await remove()).toEqual({ deleted: false });
			expect(await db.call('operator_price', { provider: 'openai', model: 'own' })).toBeNull();
			expect(await put()).toEqual({ outcome: 'created' });
		});

		it('lists page by page, an operator’s first, and filters by provider, name, source and state', async () => {
			await seed([aModel('listed-b', [INPUT]), aModel('listed-a', [INPUT, OUTPUT])]);
			await put({ model: 'listed-c' });
			const models = async (changes: Parameters<typeof list>[0]) =>
				(await list({ search: 'LISTED-', ...changes })).map(({ model }) => model);

			expect(await models({})).toEqual(['listed-c', 'listed-a', 'listed-b']);
			expect(await models({ source: 'seed' })).toEqual(['listed-a', 'listed-b']);
			expect(await models({ provider: 'anthropic' })).toEqual([]);
			expect(await models({ state: 'held' })).toEqual([]);
			expect(await models({ limit: 1, after: ['operator', 'openai', 'listed-c'] })).toEqual([
				'listed-a',
			]);
			expect(await models({ search: '%' })).toEqual([]);
		});

		it('keeps ceilings, and tells them with the prices', async () => {
			const ceiling = { input: 5, output: null, unknownPrice: 'refuse' } as const;
			const set = () => db.call('put_ceiling', { provider: 'groq', ceiling, ...BY });
			const remove = () => db.call('delete_ceiling', { provider: 'groq', ...BY });

			expect(await set()).toEqual({ changed: true });
			expect(await set()).toEqual({ changed: false });
			expect((await load())?.ceilings).toEqual([{ provider: 'groq', ...ceiling }]);
			expect(await audit('ceiling.set')).toMatchObject([{ detail: { ceiling, was: null } }]);
			expect(await remove()).toEqual({ deleted: true });
			expect(await remove()).toEqual({ deleted: false });
			expect((await load())?.ceilings).toEqual([]);
		});
	});
}

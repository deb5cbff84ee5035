import type { PriceList } from '../../../anomaly-service/src/priceData.ts';
import { PriceDesk } from '../../../anomaly-service/src/stages/priceDesk.ts';
import type { ServiceAlert } from '../../../anomaly-service/src/stages/serviceAlerts.ts';
import {
	ownPriceDocument,
	type OwnPrice,
} from '../../../anomaly-service/src/stages/storedPrices.ts';
import type { ModelPrices } from '../../../core/priceBook.ts';
import { sharedDatabase } from '../../contract/databaseBench.ts';
import { openMemoryDatabase } from '../../support/servers/migratedPglite.ts';

const db = sharedDatabase(openMemoryDatabase);
const NOW = Date.UTC(2026, 9, 14);
const BY = { actor: 'key_1', now: NOW };
const CEILING = { input: 15, output: 75 };

let calls: string[];
let changes: number;
let raised: ServiceAlert[];
beforeEach(() => {
	[calls, changes, raised] = [[], 0, []];
});

const aModel = (model: string, rate: number): ModelPrices => ({
	...{ provider: 'openai', model, pattern: `^${model}`, contextTokens: 1000 },
	rates: [{ unit: 'output', rate }],
});

let lists = 0;
/** Each is a day younger than the one before. */
function listOf(models: ModelPrices[]): PriceList {
	lists += 1;
	const asOf = new Date(NOW + lists * 86_400_000).toISOString().slice(0, 10);

	return { source: 'test', sourceVersion: String(lists), asOf, hash: `hash ${lists}`, models };
}

async function open(list: PriceList): Promise<PriceDesk> {
	const desk = new PriceDesk({
		database: {
			...db,
			call(name, args) {
				calls.push(name);
				return db.call(name, args);
			},
		},
		...{ list, ceiling: CEILING },
		alerts: { raise: async (alert) => raised.push(alert) > 0 },
		changed: () => changes++,
	});
	await desk.seed(NOW);
	await desk.load();
	return desk;
}

const own = (price: Partial<OwnPrice> = {}): OwnPrice => ({
	...{ provider: 'openai', model: 'gpt', alsoNamed: [], isPrefix: false, contextTokens: null },
	rates: [{ unit: 'output', rate: 7 }],
	...price,
});
const rateOf = (desk: PriceDesk, model: string) =>
	desk.book.find('openai', model)?.rates.get('output')?.[0]?.rate;

describe('the price desk', () => {
	it('sends the list to the database once, and reads nothing that it has in its file', async () => {
		const list = listOf([aModel('gpt', 1)]);
		await open(list);
		expect(calls).toEqual(['load_prices', 'seed_prices', 'load_prices']);

		calls = [];
		const desk = await open(list);
		expect(calls).toEqual(['load_prices', 'load_prices']);
		expect(rateOf(desk, 'gpt-4')).toBe(1);
	});

	it('uses an own price for the next call here, and on every replica that reads again', async () => {
		const list = listOf([aModel('gpt', 1)]);
		const [here, there] = [await open(list), await open(list)];
		await here.put(own(), BY);

		expect([rateOf(here, 'gpt'), rateOf(here, 'gpt-4'), rateOf(there, 'gpt')]).toEqual([7, 1, 1]);
		expect(changes).toBe(1);
		await there.load();
		expect(rateOf(there, 'gpt')).toBe(7);
		await there.put(own(), BY);
		expect(changes).toBe(1);

		expect(await there.remove({ provider: 'openai', model: 'gpt' }, BY)).toBe(true);
		await here.load();
		expect(rateOf(here, 'gpt')).toBe(1);
		expect(await here.remove({ provider: 'openai', model: 'gpt' }, BY)).toBe(false);
	});

	it('knows the context window of the list where an own price has none', async () => {
		const desk = await open(listOf([aModel('gpt', 1)]));
		await desk.put(own({ model: 'gpt-4' }), BY);
		expect(desk.book.find('openai', 'gpt-4')?.contextTokens).toBe(1000);

		await desk.put(own({ model: 'gpt-4', contextTokens: 5 }), BY);
		expect(desk.book.find('openai', 'gpt-4')?.contextTokens).toBe(5);
		await desk.remove({ provider: 'openai', model: 'gpt-4' }, BY);
	});

	it('goes on with the price before while one that jumped is held, and tells operators once', async () => {
		await open(listOf([aModel('gpt', 1), aModel('o', 1)]));
		const next = listOf([aModel('gpt', 100), aModel('o', 2)]);
		const [desk, other] = [await open(next), await open(next)];

		expect([rateOf(desk, 'gpt'), rateOf(other, 'gpt'), rateOf(desk, 'o')]).toEqual([1, 1, 2]);
		expect(raised).toMatchObject([
			{
				type: 'prices.held',
				evidence: { held: 1, rates: [{ model: 'gpt', unit: 'output', from: 1, to: 100 }] },
			},
		]);
		const ids = ['openai/gpt/output/0@100'];
		expect(await desk.decide('approve', ids, BY)).toEqual(ids);
		expect(rateOf(desk, 'gpt')).toBe(100);
		expect(changes).toBe(1);
		expect(await desk.decide('reject', ids, BY)).toEqual([]);
		expect(changes).toBe(1);
	});

	it('a service with an older list uses the one the database has', async () => {
		const [old, young] = [listOf([aModel('new', 1)]), listOf([aModel('new', 2)])];
		await open(young);

		expect(rateOf(await open(old), 'new')).toBe(2);
		expect(rateOf(await open(young), 'new')).toBe(2);
	});

	it('takes each part of a ceiling from the provider, then from all, then from the configuration', async () => {
		const desk = await open(listOf([]));
		await desk.putCeiling('*', { input: 2, output: null, unknownPrice: 'refuse' }, BY);
		await desk.putCeiling('gcp.gemini', { input: null, output: 3, unknownPrice: null }, BY);

		expect(desk.ceilingOf('gemini')).toEqual({ input: 2, output: 3 });
		expect(desk.ceilingOf('groq')).toEqual({ input: 2, output: 75 });
		expect(desk.unknownPriceOf('Gemini')).toBe('refuse');
		await desk.putCeiling('gcp.gemini', { input: 1, output: 1, unknownPrice: 'ceiling' }, BY);
		expect(desk.unknownPriceOf('gemini')).toBe('ceiling');
		for (const provider of ['*', 'gcp.gemini']) await desk.removeCeiling(provider, BY);
		expect(desk.ceilingFor('gemini')).toEqual({ ...CEILING, unknownPrice: 'ceiling' });
	});
});

describe('the names an own price is for', () => {
	const matches = (price: Partial<OwnPrice>, name: string) =>
		new RegExp(ownPriceDocument(own(price)).pattern).test(name);

	it.each([
		['gpt-4.1', 'gpt-4.1', true],
		['gpt-4.1', 'gpt-4x1', false],
		['gpt-4.1', 'gpt-4.1-mini', false],
		['(a+)+$', '(a+)+$', true],
		['a|b', 'a', false],
		['meta-llama/llama-4:free [x]', 'meta-llama/llama-4:free [x]', true],
		['GPT\\d', 'gpt\\d', true],
		['GPT\\d', 'gpt5', false],
	])('%s is for %s: %s', (model, name, isMatch) => {
		expect(matches({ model }, name)).toBe(isMatch);
		expect(matches({ model: 'other', alsoNamed: [model] }, name)).toBe(isMatch);
	});

	it('are all that begin so when it is a prefix', () => {
		expect(matches({ model: 'gpt-4.1', isPrefix: true }, 'gpt-4.1-mini')).toBe(true);
		expect(matches({ model: 'gpt-4.1', isPrefix: true }, 'my gpt-4.1')).toBe(false);
	});
});

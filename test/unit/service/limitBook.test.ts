import { StoreUnavailableError } from '../../../anomaly-service/src/ports/database.ts';
import { LimitBook } from '../../../anomaly-service/src/stages/limitBook.ts';
import { counterOf, type CallSubjects, type Limit } from '../../../core/limits.ts';
import { sharedDatabase } from '../../contract/databaseBench.ts';
import { aLimit } from '../../support/limits.ts';
import { openMemoryDatabase } from '../../support/servers/migratedPglite.ts';

const db = sharedDatabase(openMemoryDatabase);
const BY = { actor: 'key_1', tenantId: null, now: Date.UTC(2026, 9, 14) };
const PUT = { ...BY, replace: true };
const CONFIGURED = aLimit({ id: 'tenant-requests-1m', capacity: 10 });

let changes = 0;
beforeEach(() => {
	changes = 0;
});

async function open(configured = [{ limit: CONFIGURED, variable: 'FUSE_X' }]): Promise<LimitBook> {
	const book = new LimitBook({
		database: db,
		configured,
		changed: () => changes++,
		countAnew: async () => undefined,
	});
	await book.load();
	return book;
}

/** Of a tenant nobody else in this file uses. */
let made = 0;
const newTenant = () => `tenant-${++made}`;
const ofTenant = (tenantId: string, more: Partial<Limit> = {}) =>
	aLimit({ id: `lim-${tenantId}`, audience: { kind: 'tenant', tenantId }, ...more });
const capacities = (book: LimitBook, call: CallSubjects) =>
	book.limitsFor(call).map(({ limit }) => limit.capacity);

describe('a change of a limit', () => {
	it('holds for the next call here, and for every replica that reads again', async () => {
		const tenantId = newTenant();
		const [here, there] = [await open(), await open()];
		await here.put(ofTenant(tenantId, { capacity: 3 }), PUT);

		expect(capacities(here, { tenantId })).toEqual([3]);
		expect(changes).toBe(1);
		expect(capacities(there, { tenantId })).toEqual([10]);
		await there.load();
		expect(capacities(there, { tenantId })).toEqual([3]);

		await there.remove(`lim-${tenantId}`, BY);
		await here.load();
		expect(capacities(here, { tenantId })).toEqual([10]);
	});

	it('survives a restart', async () => {
		const tenantId = newTenant();
		const limit = ofTenant(tenantId);
		await (await open()).put(limit, PUT);

		expect((await open()).get(limit.id)).toEqual(limit);
	});

	it('is told to nobody when nothing changed', async () => {
		const book = await open();
		const limit = ofTenant(newTenant());
		await book.put(limit, PUT);
		await book.put(limit, PUT);
		await book.setTenant({ tenantId: newTenant(), plan: null }, BY);
		await book.remove('lim_nobody', BY);

		expect(changes).toBe(1);
	});

	it('is not used when the database did not take it', async () => {
		const down = { call: () => Promise.reject(new StoreUnavailableError('PGlite', undefined)) };
		const database = { ...down, close: () => Promise.resolve() };
		const book = new LimitBook({
			database,
			configured: [],
			changed: () => changes++,
			countAnew: async () => undefined,
		});

		await expect(book.put(aLimit(), PUT)).rejects.toThrow(StoreUnavailableError);
		expect(book.all()).toEqual([]);
		expect(changes).toBe(0);
	});
});

describe('a configured limit', () => {
	it('holds for everybody until a limit of one’s own on the same count takes its place', async () => {
		const tenantId = newTenant();
		const book = await open();
		expect(capacities(book, { tenantId })).toEqual([10]);

		await book.put(aLimit({ id: 'mine', capacity: 20 }), PUT);
		expect(capacities(book, { tenantId })).toEqual([20]);
		await book.remove('mine', BY);
		expect(capacities(book, { tenantId })).toEqual([10]);
	});

	it('is neither replaced nor removed, and says which variable sets it', async () => {
		const book = await open();
		const refused = { outcome: 'configured', variable: 'FUSE_X' };

		expect(await book.put({ ...CONFIGURED, capacity: 99 }, PUT)).toEqual(refused);
		expect(await book.remove(CONFIGURED.id, BY)).toEqual(refused);
		expect(book.get(CONFIGURED.id)).toBe(CONFIGURED);
	});
});

describe('a plan', () => {
	it('gives its limits to the tenants that are on it, and a tenant’s own take their place', async () => {
		const [tenantId, other] = [newTenant(), newTenant()];
		const book = await open([]);
		await book.put(aLimit({ id: 'pro', audience: { kind: 'plan', plan: 'pro' } }), PUT);
		expect(capacities(book, { tenantId })).toEqual([]);

		await book.setTenant({ tenantId, plan: 'pro' }, BY);
		await book.setTenant({ tenantId: other, plan: 'pro' }, BY);
		await book.put(ofTenant(other, { capacity: 500 }), PUT);
		expect(capacities(book, { tenantId })).toEqual([100]);
		expect(capacities(book, { tenantId: other })).toEqual([500]);

		await book.setTenant({ tenantId, plan: null }, BY);
		expect(book.planOf(tenantId)).toBeNull();
		expect(capacities(book, { tenantId })).toEqual([]);
	});
});

describe('limits on one value', () => {
	it('are found by the value, and silence has a value too', async () => {
		const tenantId = newTenant();
		const book = await open([]);
		const onSource = (subject: string, capacity: number) =>
			book.put(
				ofTenant(tenantId, { id: `${tenantId}-${subject}`, scope: 'source', subject, capacity }),
				PUT,
			);
		await onSource('zendesk', 1);
		await onSource('', 0);

		expect(capacities(book, { tenantId, source: 'zendesk' })).toEqual([1]);
		expect(capacities(book, { tenantId, source: 'stripe' })).toEqual([]);
		expect(capacities(book, { tenantId })).toEqual([0]);
	});

	it('are at most 30 on the same value, so that an ask stays short', async () => {
		const tenantId = newTenant();
		const book = await open([]);
		const nth = (n: number) =>
			ofTenant(tenantId, {
				id: `${tenantId}-${n}`,
				window: { kind: 'rolling', windowMs: n * 1000 },
			});
		for (let n = 1; n <= 30; n++) await book.put(nth(n), PUT);

		expect(await book.put(nth(31), PUT)).toEqual({ outcome: 'tooMany', max: 30 });
		expect(await book.put({ ...nth(30), capacity: 7 }, PUT)).toEqual({ outcome: 'replaced' });
		await book.remove(nth(1).id, BY);
		expect(await book.put(nth(31), PUT)).toEqual({ outcome: 'created' });
	});
});

describe('the limits of a tenant', () => {
	it('are listed for each value counted, with the limit that holds there', async () => {
		const tenantId = newTenant();
		const book = await open([]);
		const model = { scope: 'model', unit: 'tokens' } as const;
		const every = ofTenant(tenantId, { ...model, id: `${tenantId}-every` });
		const mini = ofTenant(tenantId, { ...model, id: `${tenantId}-mini`, subject: 'openai/mini' });
		const perKey = ofTenant(tenantId, { id: `${tenantId}-key`, scope: 'key' });
		for (const limit of [every, mini, perKey, ofTenant(tenantId)]) await book.put(limit, PUT);
		const counted = ['openai/mini', 'openai/big'].map((subject) => counterOf(every, subject));

		const rows = book.limitsOn(tenantId, [...counted, counterOf(every, 'openai/big')]);
		expect(Object.fromEntries(rows.map(({ limit, counter }) => [counter.id, limit.id]))).toEqual({
			'model=openai/mini|tokens|1m': mini.id,
			'model=openai/big|tokens|1m': every.id,
			'key=|requests|1m': perKey.id,
			[`tenant=${tenantId}|requests|1m`]: `lim-${tenantId}`,
		});
		expect(rows).toHaveLength(4);
	});
});

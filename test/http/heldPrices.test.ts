import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPgliteDatabase } from '../../anomaly-service/src/adapters/pglite/pgliteDatabase.ts';
import { loadPriceList } from '../../anomaly-service/src/priceData.ts';
import { seedOf } from '../../anomaly-service/src/stages/storedPrices.ts';
import { MIGRATIONS_DIR } from '../support/paths.ts';
import { startTestService, type Api } from '../support/service.ts';

type Row = Record<string, unknown>;

/** What a release before this one knew: two models cost a hundredth of what they do now. */
async function seedOldPrices(dataDir: string, models: readonly string[]): Promise<void> {
	const list = await loadPriceList();
	const older = list.models.map((model) =>
		models.includes(model.model)
			? { ...model, rates: model.rates.map((rate) => ({ ...rate, rate: rate.rate / 100 })) }
			: model,
	);
	const database = await openPgliteDatabase({
		...{ dataDir: join(dataDir, 'database'), migrationsDir: MIGRATIONS_DIR },
	});
	await database.call('seed_prices', {
		list: seedOf({ ...list, models: older, asOf: '2026-01-01', hash: 'older' }),
		now: '2026-01-01T00:00:00Z',
	});
	await database.close();
}

let dataDir: string;
let api: Api;
beforeAll(async () => {
	dataDir = await mkdtemp(join(tmpdir(), 'llm-fuse-'));
	await seedOldPrices(dataDir, ['claude-3-opus-latest', 'claude-3-haiku']);
	api = await startTestService({ FUSE_DATA_DIR: dataDir });
});
afterAll(async () => {
	await api.service.close();
	await rm(dataDir, { recursive: true });
});

const held = async () => (await api.get('/v1/prices/held')).body as unknown as Row[];
const heldOf = async (model: string) => {
	const ofModel = (await held()).filter((rate) => rate['model'] === model);
	return ofModel.map(({ rateId }) => String(rateId));
};
const outputRate = async (model: string) => {
	const { body } = await api.get(`/v1/prices/lookup?provider=anthropic&model=${model}`);
	return (body['rates'] as Row[]).find(({ unit }) => unit === 'output')?.['rate'];
};

describe('a list with prices far from those before', () => {
	it('is told to operators, and the prices before stay in use', async () => {
		expect(await held()).toContainEqual({
			rateId: 'anthropic/claude-3-opus-latest/output/0@7500000000',
			...{ provider: 'anthropic', model: 'claude-3-opus-latest', unit: 'output' },
			...{ from: 75_000_000, to: 7_500_000_000, minInputTokens: 0, serviceTier: 'standard' },
			...{ timeOfDay: null, validFrom: null, validTo: null },
		});
		expect(await outputRate('claude-3-opus')).toBe(75_000_000);
		const alerts = (await api.get('/v1/alerts')).body as unknown as Row[];
		const count = (await held()).length;
		expect(alerts).toMatchObject([
			{ rule: 'prices.held', tenantId: 'llm-fuse', evidence: { held: count } },
		]);
	});

	it('holds from the next call on once it is approved', async () => {
		const ids = await heldOf('claude-3-opus-latest');
		const { status, body } = await api.post('/v1/prices/held/approve', { ids });

		expect([status, new Set(body['decided'] as string[])]).toEqual([200, new Set(ids)]);
		expect(await outputRate('claude-3-opus')).toBe(7_500_000_000);
		expect(await heldOf('claude-3-opus-latest')).toEqual([]);
		expect((await api.post('/v1/prices/held/approve', { ids })).body).toEqual({ decided: [] });
	});

	it('is not used when it is rejected, also after the next start', async () => {
		const ids = await heldOf('claude-3-haiku');
		const { body } = await api.post('/v1/prices/held/reject', { ids });

		expect(body['decided']).toHaveLength(ids.length);
		expect(await held()).toEqual([]);
		expect(await outputRate('claude-3-haiku')).toBe(1_250_000);
		await api.service.close();
		api = await startTestService({ FUSE_DATA_DIR: dataDir });
		expect(await outputRate('claude-3-haiku')).toBe(1_250_000);
		expect(await outputRate('claude-3-opus')).toBe(7_500_000_000);
	});

	it.each([{}, { ids: [] }, { ids: 'all' }])('422: %j', async (body) => {
		expect((await api.post('/v1/prices/held/approve', body)).status).toBe(422);
	});
});

import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';

const NOW = Date.UTC(2026, 9, 14, 12);
const SPAN = { from: '2026-10-14', to: '2026-10-15' };
/** 1 USD for a million tokens of either kind. */
const USD = 100_000_000;

let api: Api;
beforeAll(async () => {
	const env = { FUSE_TENANT_USD_PER_DAY: '100', FUSE_SPEND_CAP_USD_PER_MINUTE: '1000000' };
	api = await startTestService(env, { now: () => NOW });
});
afterAll(() => api.service.close());

/** Each test has a model and tenants of its own. */
let made = 0;
let model = '';
let acme = '';
let beta = '';
beforeEach(async () => {
	made += 1;
	[model, acme, beta] = [`own-${made}`, `acme-${made}`, `beta-${made}`];
	await setPrice(USD);
	const record = (subject: string, data: object) =>
		usageEvent({ subject, time: '2026-10-14T10:00:00Z', data: { model, ...data } });
	const usage = { inputUncached: 1_000_000, output: 1_000_000 };
	await api.post('/v1/usage', [
		record(acme, { usage }),
		record(acme, { usage, costMicroCents: 7 }),
		record(beta, { usage, serviceTier: 'batch' }),
	]);
});

const setPrice = (rate: number) =>
	api.send('PUT', `/v1/prices/openai/${model}`, {
		rates: [
			{ unit: 'inputUncached', rate },
			{ unit: 'output', rate },
			{ unit: 'output', rate: rate / 2, serviceTier: 'batch' },
		],
	});
const reprice = async (more: object = {}) =>
	(await api.post('/v1/prices/reprice', { ...SPAN, model, ...more })).body;
const costs = async () => {
	const { body } = await api.get(`/v1/reports/spend?from=2026-10-14&to=2026-10-15&model=${model}`);
	const rows = body['rows'] as { tenantId: string; costMicroCents: number }[];
	return Object.fromEntries(rows.map(({ tenantId, costMicroCents }) => [tenantId, costMicroCents]));
};

it('a dry run tells what would change, and changes nothing', async () => {
	await setPrice(30 * USD);

	expect(await reprice()).toEqual({
		...{ events: 2, changed: 2, unchanged: 0, dryRun: true },
		...{ beforeMicroCents: 3.5 * USD, afterMicroCents: 105 * USD },
		differenceMicroCents: 101.5 * USD,
		leftAlone: { vendor: 1, estimate: 0 },
		byModel: [
			{
				...{ provider: 'openai', model, events: 2 },
				...{ beforeMicroCents: 3.5 * USD, afterMicroCents: 105 * USD },
			},
		],
	});
	expect(await costs()).toEqual({ [acme]: 2 * USD + 7, [beta]: 1.5 * USD });
});

it('a real run does what the dry run told, once, and limits see it', async () => {
	const ask = async () =>
		(await api.post('/v1/reservations', { tenantId: acme, microCents: 50 * USD })).body['decision'];
	expect(await ask()).toBe('allow');
	await setPrice(30 * USD);
	const dry = await reprice();
	const real = await reprice({ dryRun: false });

	expect({ ...real, dryRun: true }).toEqual(dry);
	expect(await costs()).toEqual({ [acme]: 60 * USD + 7, [beta]: 45 * USD });
	expect(await ask()).toBe('reject');
	expect(await reprice({ dryRun: false })).toMatchObject({ changed: 0, unchanged: 2 });
	const { body } = await api.get('/v1/audit?action=usage.repriced&limit=1');
	expect(body).toMatchObject({
		entries: [
			{ detail: { model, changed: 2, beforeMicroCents: 3.5 * USD, afterMicroCents: 105 * USD } },
		],
	});
});

it('a real run is seen by a limit that all tenants share', async () => {
	await api.send('PUT', '/v1/limits/everybody', {
		...{ scope: 'model', subject: `openai/${model}`, unit: 'microCents', shared: true },
		...{ window: 'month', capacity: 100 * USD },
	});
	const spent = async () => {
		const { body } = await api.get(`/v1/tenants/${acme}/limits`);
		const limits = body as unknown as { limitId: string; spent: number }[];
		return limits.find(({ limitId }) => limitId === 'everybody')?.spent;
	};
	expect(await spent()).toBe(3.5 * USD + 7);
	await setPrice(30 * USD);
	await reprice({ dryRun: false });

	expect(await spent()).toBe(105 * USD + 7);
});

it('a run over one tenant, provider or model leaves the others alone', async () => {
	await setPrice(3 * USD);

	expect(await reprice({ provider: 'groq' })).toMatchObject({ events: 0, byModel: [] });
	expect(await reprice({ model: 'other' })).toMatchObject({ events: 0 });
	expect(await reprice({ tenantId: beta, dryRun: false })).toMatchObject({ changed: 1 });
	expect(await costs()).toEqual({ [acme]: 2 * USD + 7, [beta]: 4.5 * USD });
});

it.each([
	[{ from: '2026-10-15' }, '/from'],
	[{ from: '2025-10-13' }, '/from'],
	[{ to: undefined }, '/to'],
	[{ dryRun: 'no' }, '/dryRun'],
	[{ since: '2026-10-01' }, '/since'],
])('422: %j', async (more, pointer) => {
	const { status, body } = await api.post('/v1/prices/reprice', { ...SPAN, ...more });

	expect([status, body['errors']]).toMatchObject([422, [{ pointer }]]);
});

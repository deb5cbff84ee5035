import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';
import { byId, run } from './support/fuseCrudBench.ts';
import type { Credentials } from './support/n8nHttp.ts';
import { thrownBy } from './support/thrown.ts';

let api: Api;
let credentials: Credentials;
beforeAll(async () => {
	api = await startTestService();
	credentials = { baseUrl: api.service.url, apiKey: await api.makeKey('operate') };
});
afterAll(() => api.service.close());

const tenant = (operation: string, parameters: Record<string, unknown>) =>
	run(credentials, { resource: 'tenant', operation, ...parameters });
const spend = (subject: string, costMicroCents: number) =>
	api.post('/v1/usage', usageEvent({ subject, data: { costMicroCents } }));

describe('a tenant', () => {
	it('is put on a plan, and on none', async () => {
		const tenantId = byId('planned');

		const put = await tenant('update', { tenantId, putOn: 'plan', plan: byId('pro') });
		expect(put).toEqual([{ tenantId: 'planned', plan: 'pro', firstAt: null, lastAt: null }]);
		expect(await tenant('get', { tenantId })).toEqual(put);
		expect(await tenant('update', { tenantId, putOn: 'none' })).toMatchObject([{ plan: null }]);
	});

	it('is blocked for a while or until unblocked, with a reason', async () => {
		const tenantId = byId('blocked');

		const [blocked] = await tenant('block', { tenantId, duration: '1h', reason: 'key leaked' });
		expect(blocked).toMatchObject({
			breaker: { state: 'isolated', reason: 'key leaked', until: expect.any(String) },
		});
		expect(await tenant('getState', { tenantId })).toMatchObject([
			{ tenantId: 'blocked', breaker: { state: 'isolated' }, limits: expect.any(Array) },
		]);
		const [forever] = await tenant('block', { tenantId, duration: '' });
		expect(forever).toMatchObject({ breaker: { until: null } });
		expect(await tenant('unblock', { tenantId })).toMatchObject([{ breaker: { state: 'closed' } }]);
	});

	it('tells its spend in micro-cents and in dollars', async () => {
		await spend('costly', 123_456_789);

		const hour = await tenant('getSpend', { tenantId: byId('costly'), window: '1h' });
		expect(hour).toMatchObject([
			{ window: '1h', microCents: 123_456_789, usd: '1.23456789', requests: 1 },
		]);
		const custom = { tenantId: byId('costly'), window: 'custom', customWindow: '90m' };
		expect(await tenant('getSpend', custom)).toMatchObject([{ window: '90m', requests: 1 }]);
	});

	it('may be called anything an address can carry', async () => {
		for (const name of ['acme/eu?x=1#y', 'Zürich 北京 %2F', 'a+b&c', '…']) {
			await tenant('block', { tenantId: byId(name), reason: name });
			const [state] = await tenant('getState', { tenantId: byId(name) });

			expect(state).toMatchObject({ tenantId: name, breaker: { reason: name } });
		}
	});

	it.each(['.', '..', 'half \uD800'])(
		'is not called %j, which no address carries',
		async (name) => {
			const fault = await thrownBy(tenant('block', { tenantId: byId(name) }));

			expect(fault.message).toBe('Tenant cannot be part of an address');
		},
	);

	it.each(['', '   ', null])('is not taken to be anybody when it is %j', async (name) => {
		const fault = await thrownBy(tenant('unblock', { tenantId: byId(name) }));

		expect(fault.message).toBe('Tenant is empty for this item');
		expect(fault.description).toContain('absent from this item');
	});
});

describe('many tenants', () => {
	it('come page by page, all or as many as asked for', async () => {
		const names = Array.from(
			{ length: 1003 },
			(_, index) => `bulk_${String(index).padStart(4, '0')}`,
		);
		const events = names.map((subject) => usageEvent({ subject }));
		await api.post('/v1/usage', events.slice(0, 1000));
		await api.post('/v1/usage', events.slice(1000));

		const all = await tenant('getAll', { returnAll: true });
		const bulk = all.filter(({ tenantId }) => names.includes(tenantId as string));
		expect(bulk.map(({ tenantId }) => tenantId)).toEqual(names);
		expect(bulk[0]).toMatchObject({ usdLastMinute: expect.any(String) });
		expect(await tenant('getAll', { limit: 3 })).toHaveLength(3);
	});
});

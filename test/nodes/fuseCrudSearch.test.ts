import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';
import { byId, editorContext, listSearch, loadOptions } from './support/fuseCrudBench.ts';
import type { Credentials } from './support/n8nHttp.ts';
import { thrownBy } from './support/thrown.ts';

let api: Api;
let credentials: Credentials;
beforeAll(async () => {
	api = await startTestService();
	credentials = { baseUrl: api.service.url, apiKey: await api.makeKey('admin') };
});
afterAll(() => api.service.close());

const search = (method: keyof typeof listSearch, filter?: string, paginationToken?: string) =>
	listSearch[method].call(editorContext(credentials), filter, paginationToken);

describe('tenants', () => {
	beforeAll(async () => {
		const names = Array.from({ length: 150 }, (_, index) => `t_${String(index).padStart(3, '0')}`);
		await api.post('/v1/usage', [
			...names.map((subject) => usageEvent({ subject })),
			usageEvent({ subject: 'Old/Zürich', time: '2026-01-01T00:00:00Z' }),
		]);
		await api.post('/v1/tenants/t_007/block');
	});

	it('come in pages, each once', async () => {
		const first = await search('searchTenants');
		const second = await search('searchTenants', '', first.paginationToken);

		expect(first.results).toHaveLength(100);
		expect(second.results).toHaveLength(50);
		expect(second.paginationToken).toBeUndefined();
		expect(new Set([...first.results, ...second.results].map(({ value }) => value)).size).toBe(150);
	});

	it('are found by a part of their id, also those of long ago, and say that they are blocked', async () => {
		expect((await search('searchTenants', 'zürich')).results).toEqual([
			{ name: 'Old/Zürich', value: 'Old/Zürich' },
		]);
		expect((await search('searchTenants', 'T_007 ')).results).toEqual([
			{ name: 't_007 (isolated)', value: 't_007' },
		]);
		expect((await search('searchTenants', 'nobody')).results).toEqual([]);
	});
});

describe('limits and plans', () => {
	beforeAll(async () => {
		const make = (body: object) => api.post('/v1/limits', body);
		const budget = {
			scope: 'tenant',
			unit: 'microCents',
			window: 'month',
			capacity: 50_000_000_000,
		};
		await make({ id: 'a-budget', tenantId: 'acme', ...budget });
		await make({
			id: 'b-free',
			plan: 'free',
			scope: 'model',
			unit: 'requests',
			window: 'day',
			capacity: 200,
		});
		await make({ id: 'c-free', plan: 'free', scope: 'tenant', unit: 'concurrency', capacity: 2 });
		await make({ id: 'd-all', scope: 'global', unit: 'tokens', window: '1h', capacity: 9 });
	});

	it('are shown by what they say', async () => {
		const { results } = await search('searchLimits', '(');

		expect(results.filter(({ value }) => /^[a-d]-/.test(String(value)))).toEqual([
			{ name: '500.00 USD per month, tenant acme (a-budget)', value: 'a-budget' },
			{ name: '200 requests per day, each model, plan free (b-free)', value: 'b-free' },
			{ name: '2 concurrency, plan free (c-free)', value: 'c-free' },
			{ name: '9 tokens per 1h, all tenants together (d-all)', value: 'd-all' },
		]);
		expect((await search('searchLimits', 'ACME')).results).toMatchObject([{ value: 'a-budget' }]);
	});

	it('a plan is listed once, however many limits name it', async () => {
		expect((await search('searchPlans')).results).toEqual([{ name: 'free', value: 'free' }]);
	});
});

it('incidents say whose they are and whether they are over', async () => {
	for (const subject of ['one', 'two'])
		await api.post('/v1/usage', usageEvent({ subject, data: { costMicroCents: 2_000_000_000 } }));
	await api.post('/v1/tenants/one/unblock', { full: true });

	const { results } = await search('searchIncidents', 'one');
	expect(results).toEqual([
		{
			name: expect.stringMatching(/^one: spendCap, \d{4}-\d\d-\d\d \d\d:\d\d UTC, closed$/),
			value: expect.stringMatching(/^inc_/),
		},
	]);
	expect((await search('searchIncidents', 'open')).results).toHaveLength(1);
});

it('service keys say their role and tenant', async () => {
	await api.makeKey('record', 'acme');

	expect((await search('searchKeys', 'acme')).results).toEqual([
		{ name: 'record (record, tenant acme)', value: expect.any(String) },
	]);
});

it('providers say their tier, and the tiers are those of the one that is chosen', async () => {
	await api.send('PUT', '/v1/providers/openai', { tier: '3' });
	const tiersOf = async (providerId: object | string) =>
		(await loadOptions.getTiers.call(editorContext(credentials, { providerId }))).map(
			({ value }) => value,
		);

	expect((await search('searchProviders', 'tier 3')).results).toEqual([
		{ name: 'openai (tier 3)', value: 'openai' },
	]);
	expect(await tiersOf(byId('anthropic'))).toEqual(expect.arrayContaining(['1', 'scale', 'auto']));
	expect(await tiersOf(byId('mistral_ai'))).toEqual(['auto']);
});

it('a key that may not see a list says what it needs', async () => {
	const asker = { ...credentials, apiKey: await api.makeKey('ask') };

	const fault = await thrownBy(listSearch.searchTenants.call(editorContext(asker)));

	expect(fault.message).toBe('This service key may not see the tenants');
	expect(fault.description).toContain('role read, operate or admin');
});

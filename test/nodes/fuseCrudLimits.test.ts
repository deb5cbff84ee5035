import type { Credentials } from './support/n8nHttp.ts';
import { startTestService, type Api } from '../support/service.ts';
import { usageEvent } from '../support/rows.ts';
import { byId, run, runItems } from './support/fuseCrudBench.ts';
import { thrownBy } from './support/thrown.ts';

let api: Api;
let credentials: Credentials;
beforeAll(async () => {
	api = await startTestService();
	credentials = { baseUrl: api.service.url, apiKey: await api.makeKey('operate') };
});
afterAll(() => api.service.close());

const create = (parameters: Record<string, unknown>) =>
	run(credentials, { resource: 'limit', operation: 'create', ...parameters });
const limit = (operation: string, parameters: Record<string, unknown>) =>
	run(credentials, { resource: 'limit', operation, ...parameters });

describe('a limit', () => {
	it('is made, listed, read, changed and deleted, its money in micro-cents and in dollars', async () => {
		const [made] = await create({
			tenantId: byId('acme'),
			amountUsd: '500.00000001',
			window: 'month',
			timeZone: 'Europe/Berlin',
			options: { id: 'acme-monthly', whenOver: 'reject' },
		});

		expect(made).toEqual({
			...{ id: 'acme-monthly', scope: 'tenant', subject: null, unit: 'microCents' },
			...{ window: 'month', timeZone: 'Europe/Berlin' },
			...{ capacity: 50_000_000_001, capacityUsd: '500.00000001' },
			...{ plan: null, tenantId: 'acme', shared: false, mode: 'enforce' },
			...{ whenOver: 'reject', whenStoreDown: 'closed' },
		});
		const simple = {
			...{ id: 'acme-monthly', scope: 'tenant', subject: null, unit: 'microCents' },
			...{ window: 'month', capacity: 50_000_000_001, capacityUsd: '500.00000001' },
			...{ plan: null, tenantId: 'acme', mode: 'enforce' },
		};
		const listed = await limit('getAll', { limitsOf: 'tenant', tenantId: byId('acme') });
		expect(listed).toEqual([simple]);
		expect(await limit('get', { limitId: byId('acme-monthly') })).toEqual([simple]);

		const updateFields = { amountUsd: '750', window: '7d', mode: 'shadow' };
		const [updated] = await limit('update', { limitId: byId('acme-monthly'), updateFields });
		expect(updated).toEqual({
			...made,
			...{ capacity: 75_000_000_000, capacityUsd: '750.00', mode: 'shadow' },
			...{ window: '7d', timeZone: null },
		});

		expect(await limit('delete', { limitId: byId('acme-monthly') })).toEqual([{ deleted: true }]);
		expect(await limit('getAll', { limitsOf: 'tenant', tenantId: byId('acme') })).toEqual([]);
	});

	it('counts requests, tokens or calls at once in their own unit, for everybody or a plan', async () => {
		const [perModel] = await create({
			...{ unit: 'tokens', capacity: 100_000, window: 'custom', customWindow: '90m' },
			...{ scope: 'model', counted: 'one', subject: 'openai/gpt-4o', audience: 'everybody' },
			options: { shared: true },
		});
		const [atOnce] = await create({
			...{ unit: 'concurrency', capacity: 5, audience: 'plan', plan: byId('free') },
		});
		const [unnamed] = await create({
			...{ unit: 'requests', capacity: 0, window: '1m', scope: 'workflow', counted: 'unnamed' },
			...{ audience: 'everybody' },
		});
		const [global] = await create({
			...{ amountIn: 'microCents', amountMicroCents: 7, window: '24h', scope: 'global' },
		});

		expect(perModel).toMatchObject({
			...{ window: '90m', subject: 'openai/gpt-4o', capacity: 100_000, shared: true },
		});
		expect(perModel).not.toHaveProperty('capacityUsd');
		expect(atOnce).toMatchObject({ unit: 'concurrency', window: null, plan: 'free', capacity: 5 });
		expect(unnamed).toMatchObject({ scope: 'workflow', subject: '', tenantId: null, window: '1m' });
		expect(global).toMatchObject({ capacity: 7, capacityUsd: '0.00000007', shared: true });
		const ofPlan = await limit('getAll', { limitsOf: 'plan', plan: byId('free') });
		expect(ofPlan).toMatchObject([{ id: atOnce?.['id'] }]);
		for (const { id } of (await limit('getAll', { returnAll: true })) as { id: string }[])
			if (id.startsWith('lim_')) await limit('delete', { limitId: byId(id) });
	});

	it('is returned whole when it is not simplified, and as many as asked for', async () => {
		for (const window of ['1h', '24h', '7d'])
			await create({ tenantId: byId('many'), amountUsd: '1', window });
		const query = { limitsOf: 'tenant', tenantId: byId('many') };

		const first = await limit('getAll', { ...query, limit: 2, simplify: false });
		expect(first).toHaveLength(2);
		expect(first[0]).toHaveProperty('whenStoreDown', 'closed');
		expect(await limit('getAll', { ...query, returnAll: true })).toHaveLength(3);
	});

	it('tells what is spent, held and left of it, and when it resets', async () => {
		await create({ tenantId: byId('spender'), amountUsd: '10', window: '1h' });
		const data = { costMicroCents: 250_000_000 };
		await api.post('/v1/usage', usageEvent({ subject: 'spender', data }));
		const ask = { tenantId: 'spender', microCents: 100_000_000 };
		await api.post('/v1/reservations', ask);

		const [status] = await limit('getStatus', { tenantId: byId('spender') });

		expect(status).toEqual({
			...{ limitId: expect.any(String), scope: 'tenant', subject: 'spender' },
			...{ unit: 'microCents', window: '1h', resetsAt: expect.any(String) },
			...{ capacity: 1_000_000_000, capacityUsd: '10.00', spent: 250_000_000, spentUsd: '2.50' },
			...{ held: 100_000_000, heldUsd: '1.00', remaining: 650_000_000, remainingUsd: '6.50' },
		});
	});
});

describe('what cannot be a limit', () => {
	it.each([
		['12,5', 'Amount (USD) is no amount: expected US dollars such as 500 or 0.25'],
		['$5', 'Amount (USD) is no amount: expected US dollars such as 500 or 0.25'],
		['', 'Amount (USD) is no amount: expected US dollars such as 500 or 0.25'],
		[
			'0.000000001',
			'Amount (USD) is no amount: expected at most 8 decimals, the smallest amount is 0.00000001 USD',
		],
		['90071992.54740992', 'Amount (USD) is no amount: expected at most 90071992.54740991 USD'],
	])('an amount of %s is refused before anything is sent', async (amountUsd, message) => {
		const fault = await thrownBy(create({ tenantId: byId('acme'), amountUsd }));

		expect(fault.message).toBe(message);
		expect(fault.description).toContain('no currency sign');
	});

	it('is refused with the fields as the canvas names them', async () => {
		const fault = await thrownBy(
			create({
				...{ tenantId: byId('acme'), amountUsd: '1', window: 'custom' },
				customWindow: 'soon',
			}),
		);

		expect(fault.message).toBe(
			'The LLM Fuse service refused the input: Window: expected a duration from 1s to 366d, such as 5m or 1h, or day, week or month, got a string of 4 characters',
		);
		expect(fault.description).toMatch(/^Correct in this node's parameters: Window: /);
	});

	it('is no second limit on the same count', async () => {
		const twice = { tenantId: byId('twice'), amountUsd: '1', window: 'day' };
		const [first] = await create({ ...twice, options: { id: 'the-first' } });

		const fault = await thrownBy(create(twice));

		expect(first).toMatchObject({ id: 'the-first' });
		expect(fault.message).toMatch(/^Limit the-first counts the same .*change that one$/);
	});

	it('is no money where requests are counted', async () => {
		const [made] = await create({
			...{ unit: 'requests', capacity: 10, window: '1m', tenantId: byId('counted') },
		});
		const limitId = byId(made?.['id']);

		const fault = await thrownBy(limit('update', { limitId, updateFields: { amountUsd: '5' } }));
		expect(fault.message).toBe('This limit counts requests, not money');
		expect((await thrownBy(limit('update', { limitId }))).message).toBe(
			'There is nothing to update',
		);
		const [updated] = await limit('update', { limitId, updateFields: { capacity: 20 } });
		expect(updated).toMatchObject({ capacity: 20, window: '1m' });
	});
});

it('runs the items one after the other and links each answer to its item', async () => {
	const id = 'in-order';
	const operations = [
		{ operation: 'create', tenantId: byId('ordered'), amountUsd: '1', options: { id } },
		{ operation: 'update', limitId: byId(id), updateFields: { capacity: 3 } },
		{ operation: 'get', limitId: byId(id) },
		{ operation: 'delete', limitId: byId(id) },
		{ operation: 'get', limitId: byId(id) },
	];

	const output = await runItems(
		credentials,
		operations.map((one) => ({ resource: 'limit', ...one })),
		{ continueOnFail: true },
	);

	expect(output.map(({ pairedItem }) => pairedItem)).toEqual(
		[0, 1, 2, 3, 4].map((item) => ({ item })),
	);
	expect(output[2]?.json).toMatchObject({ capacity: 3 });
	expect(output[4]?.json).toMatchObject({ error: 'There is no limit in-order' });
});

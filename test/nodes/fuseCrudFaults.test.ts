import { startTestService, type Api } from '../support/service.ts';
import { FuseService } from './support/fuseService.ts';
import { byId, run, runItems } from './support/fuseCrudBench.ts';
import type { Credentials } from './support/n8nHttp.ts';
import { thrownBy } from './support/thrown.ts';

let api: Api;
let reader: Credentials;
beforeAll(async () => {
	api = await startTestService();
	reader = { baseUrl: api.service.url, apiKey: await api.makeKey('read') };
});
afterAll(() => api.service.close());

const block = { resource: 'tenant', operation: 'block', tenantId: byId('acme') };

describe('an operation that cannot be done', () => {
	it('names the role it needs', async () => {
		const fault = await thrownBy(run(reader, block));

		expect(fault.message).toBe('This service key may not block a tenant');
		expect(fault.description).toBe(
			'Use a service key with the role operate or admin. A key bound to one tenant serves that tenant only. The service said: This needs the role operate; the key "read" has the role read',
		);
	});

	it('names admin alone where nothing less will do', async () => {
		const fault = await thrownBy(run(reader, { resource: 'key', operation: 'getAll' }));

		expect(fault.message).toBe('This service key may not get many service keys');
		expect(fault.description).toMatch(/^Use a service key with the role admin\./);
	});

	it('says that a bound key serves its tenant only', async () => {
		const apiKey = await api.makeKey('operate', 'beta');
		const fault = await thrownBy(run({ ...reader, apiKey }, block));

		expect(fault.message).toBe('This service key may not block a tenant');
		expect(fault.description).toContain('This service key is bound to another tenant');
	});

	it('names what is not there', async () => {
		const get = { resource: 'incident', operation: 'get', incidentId: byId('inc/none') };
		const fault = await thrownBy(run(reader, get));

		expect(fault.message).toBe('There is no incident inc/none');
		expect(fault.description).toMatch(/^Check the ID; From List shows/);
	});

	it('leads to the credential when the key is wrong', async () => {
		const fault = await thrownBy(run({ ...reader, apiKey: 'fuse_wrong' }, block));

		expect(fault.message).toBe('The LLM Fuse service does not know this service key');
		expect(fault.description).toMatch(/^Open the LLM Fuse API credential/);
	});

	it('says where it looked when the service is down', async () => {
		const gone = { ...reader, baseUrl: 'http://127.0.0.1:1' };
		const fault = await thrownBy(run(gone, block));

		expect(fault.message).toBe('The LLM Fuse service at http://127.0.0.1:1 gave no answer');
		expect(fault.description).toMatch(/^Check that the service runs/);
	});
});

describe('an answer of something else', () => {
	const service = new FuseService();
	let other: Credentials;
	beforeAll(async () => {
		other = { baseUrl: await service.listen(), apiKey: 'fuse_operator' };
	});
	afterAll(() => service.close());

	it.each([
		['a login page', 200, '<html>Sign in</html>'],
		['somebody else’s 404', 404, { message: 'Not Found' }],
		['a redirect', 302, undefined],
	])('is not taken for one of the service: %s', async (_, status, body) => {
		service.override = () => ({ status, body });
		for (const operation of ['get', 'getAll']) {
			const tenantId = operation === 'get' ? { tenantId: byId('acme') } : {};
			const fault = await thrownBy(run(other, { resource: 'tenant', operation, ...tenantId }));

			expect(fault.message).toBe(
				`${other.baseUrl} does not answer like an LLM Fuse service (status ${status})`,
			);
		}
	});

	it('is no page without rows', async () => {
		service.override = () => ({ status: 200, body: {} });
		const fault = await thrownBy(run(other, { resource: 'queue', operation: 'getAll' }));

		expect(fault.message).toContain('does not answer like an LLM Fuse service');
	});
});

describe('a run that continues on errors', () => {
	it('passes the item on with what happened and how to get unstuck', async () => {
		const state = (tenantId: unknown) => ({
			...{ resource: 'tenant', operation: 'getState', tenantId: byId(tenantId) },
		});

		const output = await runItems(reader, [state(''), state('acme')], { continueOnFail: true });

		expect(output[0]).toEqual({
			json: {
				error: 'Tenant is empty for this item',
				details: expect.stringContaining('Choose one from the list'),
			},
			pairedItem: { item: 0 },
		});
		expect(output[1]).toMatchObject({ json: { tenantId: 'acme' }, pairedItem: { item: 1 } });
	});
});

describe('an AI agent', () => {
	it.each(['agent2', 'agent3'] as const)(
		'reads in the message how to get unstuck: %s',
		async (tool) => {
			const fault = await thrownBy(run(reader, block, { tool }));

			expect(fault.message).toMatch(
				/^This service key may not block a tenant\. Use a service key with the role operate/,
			);
		},
	);

	it.each(['agent2', 'agent3'] as const)('gets the answers like everybody: %s', async (tool) => {
		const state = { resource: 'tenant', operation: 'getState', tenantId: 'acme' };

		expect(await run(reader, { ...state, tenantId: byId('acme') }, { tool })).toMatchObject([
			{ tenantId: 'acme', breaker: { state: 'closed' } },
		]);
	});
});

it('an operation that another version had is a plain no', async () => {
	const fault = await thrownBy(runItems(reader, [{ resource: 'tenant', operation: 'rename' }]));

	expect(fault.message).toBe('There is no operation tenant: rename');
});

import { startTestService, type Api } from '../support/service.ts';
import { byId, run, runItems } from './support/fuseCrudBench.ts';
import type { Credentials } from './support/n8nHttp.ts';
import { thrownBy } from './support/thrown.ts';

let now = Date.UTC(2026, 9, 14, 12);
let api: Api;
let operator: Credentials;
beforeAll(async () => {
	api = await startTestService({}, { now: () => now });
	operator = { baseUrl: api.service.url, apiKey: await api.makeKey('operate') };
	for (const tenantId of ['acme', 'beta']) {
		now += 60_000;
		await api.post(`/v1/tenants/${tenantId}/block`);
	}
	await api.post('/v1/tenants/acme/keys', { name: 'production' });
});
afterAll(() => api.service.close());

const call = (operation: string, parameters: Record<string, unknown> = {}) =>
	run(operator, { resource: 'audit', operation, ...parameters });
const exported = async (parameters: Record<string, unknown>, credentials = operator) => {
	const wanted = { resource: 'audit', operation: 'export', ...parameters };
	const [item] = await runItems(credentials, [wanted]);
	const { data = '', ...file } = item?.binary?.['data'] ?? {};
	return { json: item?.json, file, text: Buffer.from(data, 'base64').toString() };
};

describe('the audit', () => {
	it('is exported as a file, a single entry too', async () => {
		const one = await exported({ from: '2026-10-14T12:01:00', to: '2026-10-14T12:02:00' });

		expect(one.file).toEqual({
			...{ fileName: 'audit-2026-10-14.ndjson', mimeType: 'application/x-ndjson' },
		});
		expect(one.json).toEqual({
			...{ fileName: 'audit-2026-10-14.ndjson', format: 'ndjson', bytes: one.text.length },
			...{ from: '2026-10-14T12:01:00.000Z', to: '2026-10-14T12:02:00.000Z' },
		});
		expect(one.text.trim().split('\n')).toHaveLength(1);
		expect(JSON.parse(one.text)).toMatchObject({ text: expect.stringContaining('acme') });

		const filters = { tenantId: byId('beta') };
		const table = await exported({ format: 'csv', filters });
		expect(table.text.split('\r\n')[0]).toContain('position,hash,previousHash,at');
		expect(table.text).toContain('beta');
		expect(table.text).not.toContain('acme');
		expect((await exported({ to: '2026-10-01' })).text).toBe('');
	});

	it('says which role an export takes', async () => {
		const reader = { ...operator, apiKey: await api.makeKey('read') };
		const fault = await thrownBy(exported({}, reader));

		expect(fault.message).toBe('This service key may not export the audit log');
	});

	it('is no file for an AI agent', async () => {
		const wanted = { resource: 'audit', operation: 'export' };
		const fault = await thrownBy(run(operator, wanted, { tool: 'agent3' }));

		expect(fault.message).toMatch(/^An AI agent cannot take a file/);
	});

	it('is verified, from the second time on against the head of the first', async () => {
		const [first] = await call('verify');
		expect(first).toMatchObject({ valid: true });
		const { position, hash } = first?.['head'] as { position: number; hash: string };
		await api.post('/v1/tenants/gamma/block');

		const known = { knownPosition: position, knownHash: hash };
		expect(await call('verify', known)).toMatchObject([{ valid: true, entries: position + 1 }]);
		const other = { knownPosition: position, knownHash: 'f'.repeat(64) };
		expect(await call('verify', other)).toMatchObject([
			{ valid: false, fault: { kind: 'rewritten', position } },
		]);
	});

	it('is searched by what entries are about', async () => {
		const { body } = await api.get('/v1/tenants/acme/keys');
		const [{ keyId } = { keyId: '' }] = body as unknown as { keyId: string }[];

		expect(await call('search', { filters: { subjectId: keyId } })).toMatchObject([
			{ action: 'virtualKey.issued', tenantId: 'acme', subjectId: keyId },
		]);
	});
});

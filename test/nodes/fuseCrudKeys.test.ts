import { startTestService, type Api } from '../support/service.ts';
import { byId, editorContext, listSearch, run } from './support/fuseCrudBench.ts';
import type { Credentials } from './support/n8nHttp.ts';
import { thrownBy } from './support/thrown.ts';

let api: Api;
let operator: Credentials;
beforeAll(async () => {
	api = await startTestService();
	operator = { baseUrl: api.service.url, apiKey: await api.makeKey('operate') };
});
afterAll(() => api.service.close());

const call = (operation: string, parameters: Record<string, unknown> = {}) =>
	run(operator, { resource: 'key', operation, ...parameters });
const issue = async (tenantId: string, options = {}) => {
	const [made] = await call('issueVirtual', { tenantId: byId(tenantId), options });
	return made as { keyId: string; key: string };
};
const statusOf = async ({ key }: { key: string }) =>
	(await api.send('GET', '/v1/whoami', undefined, { key })).status;

describe('a virtual key', () => {
	it('is issued, works, and is listed without itself', async () => {
		const made = await issue('acme', { name: 'production', expiresIn: '90d' });
		const listed = await call('getAllVirtual', { tenantId: byId('acme'), returnAll: true });

		expect(made).toMatchObject({ tenantId: 'acme', name: 'production', revokedAt: null });
		expect(await statusOf(made)).toBe(200);
		expect(listed).toMatchObject([{ keyId: made.keyId, name: 'production' }]);
		expect(listed[0]).not.toHaveProperty('key');
	});

	it('is rotated, the old one working for its grace or not at all', async () => {
		const old = await issue('rotated');
		const tenantId = byId('rotated');
		const [next] = await call('rotateVirtual', { tenantId, virtualKeyId: byId(old.keyId) });
		expect(next).toMatchObject({ replaces: old.keyId });
		expect(await statusOf(old)).toBe(200);

		const second = next as { keyId: string; key: string };
		await call('rotateVirtual', { tenantId, virtualKeyId: byId(second.keyId), grace: '' });
		expect(await statusOf(second)).toBe(401);
	});

	it('is revoked and restored, one or all of a tenant', async () => {
		const [one, other] = [await issue('revoked'), await issue('revoked')];
		const tenantId = byId('revoked');
		const virtualKeyId = byId(one.keyId);
		expect(await call('revokeVirtual', { tenantId, virtualKeyId, reason: 'lost' })).toMatchObject([
			{ keyId: one.keyId, revokedReason: 'lost' },
		]);
		expect(await statusOf(one)).toBe(401);

		const options = { incidentId: byId('inc_1') };
		const all = await call('revokeVirtual', { tenantId, reach: 'all', options });
		expect(all).toEqual([{ tenantId: 'revoked', keyIds: [other.keyId] }]);
		const incidentId = byId('inc_1');
		const back = await call('restoreVirtual', { tenantId, reach: 'all', incidentId });
		expect(back).toEqual(all);
		expect(await statusOf(other)).toBe(200);
		expect(await statusOf(one)).toBe(401);
		await call('restoreVirtual', { tenantId, virtualKeyId });
		expect(await statusOf(one)).toBe(200);
	});

	it('is chosen from a list once its tenant is', async () => {
		const { keyId } = await issue('listed', { name: 'production' });
		const search = (current: object) =>
			listSearch.searchVirtualKeys.call(editorContext(operator, { ...current }), 'prod');

		expect((await search({ tenantId: 'listed' })).results).toEqual([
			{ name: expect.stringMatching(/^production \(….{4}\)$/), value: keyId },
		]);
		expect((await search({ tenantId: '' })).results).toEqual([]);
	});

	it.each(['issueVirtual', 'rotateVirtual'])(
		'is never told to an AI agent: %s',
		async (operation) => {
			const { keyId } = await issue(operation);
			const more = operation === 'rotateVirtual' ? { virtualKeyId: byId(keyId) } : {};
			const wanted = { resource: 'key', operation, tenantId: byId(operation), ...more };
			const fault = await thrownBy(run(operator, wanted, { tool: 'agent3' }));

			expect(fault.message).toMatch(/^An AI agent does not make virtual keys/);
			expect(await call('getAllVirtual', { tenantId: byId(operation) })).toMatchObject([{ keyId }]);
		},
	);
});

import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';

type Row = Record<string, unknown>;

let now = Date.UTC(2026, 9, 14, 12);
let api: Api;
beforeAll(async () => {
	api = await startTestService({}, { now: () => now });
});
afterAll(() => api.service.close());

const list = async (path: string, field: string, key?: string) => {
	const { body } = await api.send('GET', path, undefined, key ? { key } : {});
	return (body as unknown as Row[]).map((row) => row[field]);
};

describe('GET /v1/tenants', () => {
	beforeAll(async () => {
		const use = (subject: string, time: string) => usageEvent({ subject, time });
		await api.post('/v1/usage', [
			...['org_beta', 'org_Alpha', 'acme'].map((name) => use(name, '2026-10-14T11:00:00Z')),
			use('org_old', '2026-09-01T11:00:00Z'),
		]);
		await api.send('PUT', '/v1/tenants/org_planned', { plan: 'pro' });
	});
	const tenants = (query: string, key?: string) => list(`/v1/tenants${query}`, 'tenantId', key);

	it('200: those active in the last week, by id', async () => {
		expect(await tenants('')).toEqual(['acme', 'org_Alpha', 'org_beta']);
	});

	it('200: a search finds every tenant whose id contains it, whatever its case', async () => {
		expect(await tenants('?search=ORG_')).toEqual([
			...['org_Alpha', 'org_beta', 'org_old', 'org_planned'],
		]);
		expect(await tenants('?search=alpha')).toEqual(['org_Alpha']);
		expect(await tenants('?search=%25')).toEqual([]);
	});

	it('200: a page goes on after the last one of the page before', async () => {
		expect(await tenants('?search=org_&limit=3')).toEqual(['org_Alpha', 'org_beta', 'org_old']);
		expect(await tenants('?search=org_&limit=3&after=org_old')).toEqual(['org_planned']);
	});

	it('200: one that never used anything has no last event', async () => {
		const { body } = await api.get('/v1/tenants?search=planned');

		expect(body).toMatchObject([{ tenantId: 'org_planned', lastAt: null }]);
	});

	it('200: a key bound to a tenant finds that one only', async () => {
		const key = await api.makeKey('read', 'org_beta');

		expect(await tenants('?search=org_', key)).toEqual(['org_beta']);
	});

	it.each([
		['?limit=0', '/limit'],
		['?search=', '/search'],
		['?prefix=a', '/prefix'],
	])('422: %s', async (query, pointer) => {
		const { status, body } = await api.get(`/v1/tenants${query}`);

		expect(status).toBe(422);
		expect(body['errors']).toMatchObject([{ pointer }]);
	});
});

describe('GET /v1/limits', () => {
	it('200: by id, a page at a time, and those whose id contains a text', async () => {
		const limit = { scope: 'tenant', unit: 'requests', window: '1h', capacity: 5 };
		for (const id of ['lim-c', 'lim-A', 'lim-b']) {
			await api.send('PUT', `/v1/limits/${id}`, { ...limit, tenantId: `of-${id}` });
		}
		const limits = (query: string) => list(`/v1/limits${query}`, 'id');

		expect(await limits('?search=LIM-')).toEqual(['lim-A', 'lim-b', 'lim-c']);
		expect(await limits('?search=lim-&limit=2')).toEqual(['lim-A', 'lim-b']);
		expect(await limits('?search=lim-&limit=2&after=lim-b')).toEqual(['lim-c']);
	});
});

describe('GET /v1/incidents', () => {
	it('200: newest first, a page goes on after the last one of the page before', async () => {
		for (const subject of ['first', 'second', 'third']) {
			now += 1000;
			const data = { costMicroCents: 1_100_000_000 };
			const time = new Date(now).toISOString();
			await api.post('/v1/usage', usageEvent({ subject, time, data }));
		}
		const page = await api.get('/v1/incidents?limit=2');
		const [, last] = page.body as unknown as Row[];
		const after = `/v1/incidents?limit=2&after=${String(last?.['incidentId'])}`;

		expect(page.body).toMatchObject([{ tenantId: 'third' }, { tenantId: 'second' }]);
		expect(await list(after, 'tenantId')).toEqual(['first']);
	});

	it('422: one to go on after that does not exist', async () => {
		const { status, body } = await api.get('/v1/incidents?after=inc_none');

		expect(status).toBe(422);
		expect(body['errors']).toMatchObject([{ pointer: '/after' }]);
	});

	it('422: one of another tenant than the key is bound to, as if it did not exist', async () => {
		const [{ incidentId } = {}] = (await api.get('/v1/incidents')).body as unknown as Row[];
		const key = await api.makeKey('read', 'first');

		for (const after of [String(incidentId), 'inc_none']) {
			const url = `/v1/incidents?after=${after}`;
			const { status, body } = await api.send('GET', url, undefined, { key });

			expect([status, body['detail']]).toEqual([
				422,
				`There is no incident ${after} to go on after.`,
			]);
		}
	});
});

import type { PGlite } from '@electric-sql/pglite';
import { usageEvent } from '../support/rows.ts';
import { startPostgrestDouble, type PostgrestDouble } from '../support/servers/postgrestDouble.ts';
import { DOUBLE_KEYS } from '../support/servers/postgrestKeys.ts';
import { openSupabasePglite } from '../support/servers/supabaseDouble.ts';
import { startTestService, type Api } from '../support/service.ts';

let db: PGlite;
let double: PostgrestDouble;
beforeAll(async () => {
	db = await openSupabasePglite();
	double = await startPostgrestDouble(db);
});
afterAll(async () => {
	await double.stop();
	await db.close();
});

const withService = async (use: (api: Api) => Promise<void>) => {
	const api = await startTestService({
		SUPABASE_URL: double.url,
		SUPABASE_SECRET_KEY: DOUBLE_KEYS.secret,
		FUSE_SIGNING_KEY: 'the same for every replica of this test',
	});
	try {
		await use(api);
	} finally {
		await api.service.close();
	}
};

it('a service on a Supabase project records, limits and answers, and finds it all again when it is back', async () => {
	const event = usageEvent({ subject: 'acme', time: new Date().toISOString() });
	const requestsOf = async (api: Api) => {
		const { body } = await api.get('/v1/tenants/acme/spend');
		return body['requests'];
	};

	await withService(async (api) => {
		expect(await api.get('/readyz')).toMatchObject({ status: 200 });
		expect(await api.post('/v1/usage', [event])).toMatchObject({ status: 202 });
		expect(await requestsOf(api)).toBe(1);
		const blocked = await api.post('/v1/tenants/acme/block', { reason: 'test' });
		expect(blocked.status).toBe(200);
	});
	await withService(async (api) => {
		expect(await requestsOf(api)).toBe(1);
		expect((await api.post('/v1/reservations', { tenantId: 'acme' })).body['decision']).toBe(
			'reject',
		);
		expect(await api.get('/v1/audit?limit=5')).toMatchObject({ status: 200 });
	});
});

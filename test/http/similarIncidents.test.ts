import { Client } from 'pg';
import { usageEvent } from '../support/rows.ts';
import { startPgliteServer, type PgliteServer } from '../support/servers/pgliteServer.ts';
import { startTestService, type Api } from '../support/service.ts';

let server: PgliteServer;
let operator: Client;
let api: Api;
beforeAll(async () => {
	server = await startPgliteServer();
	api = await startTestService({
		...{ DATABASE_URL: server.url, FUSE_SIGNING_KEY: 'a-signing-key-of-at-least-32-characters' },
		FUSE_SPEND_CAP_USD_PER_MINUTE: '0.01',
	});
	operator = new Client({ connectionString: server.url });
	await operator.connect();
});
afterAll(async () => {
	await api.service.close();
	await operator.end();
	await server.stop();
});

/** The id of an incident whose snapshot moved in these coordinates. */
async function incidentOf(subject: string, moved: Record<number, number>): Promise<string> {
	await api.post('/v1/usage', [
		usageEvent({
			subject,
			time: new Date().toISOString(),
			data: { costMicroCents: 100_000_000 },
		}),
	]);
	const { body } = await api.get(`/v1/incidents?tenantId=${subject}`);
	const [incident] = body as unknown as { incidentId: string }[];
	const vector = Array.from({ length: 64 }, (_, axis) => moved[axis] ?? 0);
	await operator.query(
		`insert into fuse.incident_snapshots select id, tenant_id, rule, opened_at, 'features', $2, 2
		from fuse.incidents where id = $1`,
		[incident?.incidentId, JSON.stringify(vector)],
	);
	return incident?.incidentId ?? '';
}

describe('an incident', () => {
	it('tells which confirmed incidents it looks like, and whose they were to whom it may', async () => {
		const one = await incidentOf('alpha', { 6: 9, 8: 3 });
		const two = await incidentOf('beta', { 6: 3, 8: 1.2 });
		await incidentOf('gamma', { 0: 9 });
		const known = { rule: 'spendCap', openedAt: expect.stringMatching(/Z$/), similarity: 0.998 };
		const { body } = await api.get(`/v1/incidents/${one}`);

		expect(body['looksLike']).toEqual([{ incidentId: two, tenantId: 'beta', ...known }]);
		const bound = await api.send('GET', `/v1/incidents/${one}`, undefined, {
			key: await api.makeKey('read', 'alpha'),
		});
		const day = expect.stringMatching(/^\d{4}-\d\d-\d\d$/);
		expect(bound.body['looksLike']).toEqual([
			{ ...known, incidentId: null, tenantId: null, openedAt: day },
		]);
	});

	it('looks like nothing when no snapshot of it was taken', async () => {
		const { body } = await api.get(`/v1/incidents?tenantId=gamma`);
		const [incident] = body as unknown as { incidentId: string }[];
		await operator.query('delete from fuse.incident_snapshots');

		expect((await api.get(`/v1/incidents/${incident?.incidentId}`)).body['looksLike']).toEqual([]);
	});
});

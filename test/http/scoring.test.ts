import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';

const NOW = Date.UTC(2026, 9, 14, 12);
const HOUR = 3_600_000;
const iso = (at: number) => new Date(at).toISOString();

let api: Api;
let readKey: string;
let otherKey: string;
beforeAll(async () => {
	api = await startTestService({ FUSE_SPEND_CAP_USD_PER_MINUTE: '10' }, { now: () => NOW });
	readKey = await api.makeKey('read');
	otherKey = await api.makeKey('operate', 'beta');
});
afterAll(() => api.service.close());

const windowsOf = (tenantId: string) => `/v1/tenants/${tenantId}/maintenance-windows`;
const soon = { from: iso(NOW - HOUR), to: iso(NOW + HOUR) };

describe('maintenance windows', () => {
	it('201: are made with an id, listed while they last, and deleted', async () => {
		const made = await api.post(windowsOf('acme'), { ...soon, note: 'a move of models' });
		expect(made).toMatchObject({
			status: 201,
			body: { tenantId: 'acme', ...soon, note: 'a move of models', learn: false },
		});
		await api.post(windowsOf('acme'), { from: iso(NOW - HOUR), to: iso(NOW - 1) });
		expect((await api.get(windowsOf('acme'))).body).toEqual([made.body]);

		const path = `${windowsOf('acme')}/${String(made.body['id'])}`;
		expect((await api.send('DELETE', path)).status).toBe(204);
		expect((await api.send('DELETE', path)).status).toBe(404);
		expect((await api.get(windowsOf('acme'))).body).toEqual([]);
	});

	it('200 and 201: PUT with an id of one’s own does the same however often it is sent', async () => {
		const path = `${windowsOf('acme')}/release-42`;

		expect((await api.send('PUT', path, soon)).status).toBe(201);
		expect((await api.send('PUT', path, { ...soon, learn: true })).status).toBe(200);
		expect((await api.get(windowsOf('acme'))).body).toMatchObject([{ learn: true }]);
		expect((await api.send('PUT', `${windowsOf('gamma')}/release-42`, soon)).status).toBe(409);
		await api.send('DELETE', path);
	});

	it.each([
		['an end before its beginning', { from: soon.to, to: soon.from }, '/to'],
		['more than 31 days', { from: soon.from, to: iso(NOW + 32 * 24 * HOUR) }, '/to'],
		['no end', { from: soon.from }, '/to'],
	])('422: %s', async (_what, body, pointer) => {
		const { status, body: problem } = await api.post(windowsOf('acme'), body);

		expect(status).toBe(422);
		expect(problem).toMatchObject({ errors: [{ pointer }] });
	});

	it('403: of a role that only reads, and of a key bound to another tenant', async () => {
		for (const key of [readKey, otherKey]) {
			expect((await api.post(windowsOf('acme'), soon, { key })).status).toBe(403);
		}
		expect((await api.send('GET', windowsOf('acme'), undefined, { key: otherKey })).status).toBe(
			403,
		);
	});

	it('silence what looks at behaviour, never the spend cap', async () => {
		const hours = Array.from({ length: 30 }, (_, hour) =>
			usageEvent({
				subject: 'delta',
				time: iso(NOW - (hour + 1) * HOUR),
				data: { costMicroCents: 1_000_000 },
			}),
		);
		await api.post('/v1/usage', hours);
		await api.send('PUT', `${windowsOf('delta')}/launch`, soon);
		const burst = (costMicroCents: number) =>
			Array.from({ length: 25 }, () =>
				usageEvent({ subject: 'delta', time: iso(NOW), data: { costMicroCents } }),
			);
		await api.post('/v1/usage', burst(1_000_000));

		expect((await api.get('/v1/alerts?tenantId=delta')).body).toEqual([]);
		expect((await api.get('/metrics')).body['text']).toMatch(
			/llm_fuse_findings_suppressed_total\{rule="spikeRatio",by="maintenance"\} [1-9]/,
		);
		await api.post('/v1/usage', burst(100_000_000));
		expect((await api.get('/v1/tenants/delta/state')).body).toMatchObject({
			breaker: { state: 'open' },
		});
	});
});

describe('feedback', () => {
	const path = '/v1/tenants/acme/feedback';

	it.each([
		['neither a moment nor an alert', { verdict: 'fine' }, '/at'],
		['both', { verdict: 'fine', at: iso(NOW), openedAt: iso(NOW) }, '/at'],
		['a verdict nobody knows', { verdict: 'meh', at: iso(NOW) }, '/verdict'],
		['a year and more', { verdict: 'fine', at: iso(NOW), expiresInDays: 367 }, '/expiresInDays'],
	])('422: %s', async (_what, body, pointer) => {
		const { status, body: problem } = await api.post(path, body);

		expect(status).toBe(422);
		expect(problem).toMatchObject({ errors: [{ pointer }] });
	});

	it('404: where nothing was kept, no alert opened, or no such feedback is', async () => {
		const judged = [{ at: iso(NOW) }, { openedAt: iso(NOW) }];
		for (const when of judged) {
			expect((await api.post(path, { verdict: 'fine', ...when })).status).toBe(404);
		}
		expect((await api.send('DELETE', `${path}/fbk_1`)).status).toBe(404);
		expect((await api.get(path)).body).toEqual([]);
	});

	it('403: of a role that only reads, and of a key bound to another tenant', async () => {
		const said = { verdict: 'fine', at: iso(NOW) };
		for (const key of [readKey, otherKey]) {
			expect((await api.post(path, said, { key })).status).toBe(403);
		}
	});
});

describe('GET /v1/tenants/{tenantId}/explanation', () => {
	const path = '/v1/tenants/acme/explanation';

	it('404: a tenant without a baseline, and a moment nothing was kept of', async () => {
		expect(await api.get(path)).toMatchObject({
			status: 404,
			body: { detail: expect.stringContaining('no baseline yet') },
		});
		expect(await api.get(`${path}?at=${iso(NOW)}`)).toMatchObject({
			status: 404,
			body: { detail: expect.stringContaining('within five minutes') },
		});
	});

	it('403: a key bound to another tenant', async () => {
		expect((await api.send('GET', path, undefined, { key: otherKey })).status).toBe(403);
	});
});

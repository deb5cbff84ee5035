import { seededRandom } from '../../core/behaviour/seededRandom.ts';
import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';

type Row = Record<string, unknown>;

const MINUTE = 60_000;
const random = seededRandom(3);

let api: Api;
beforeAll(async () => {
	api = await startTestService();
	await use('steady', 2 * 1440);
	await use('other', 2 * 1440);
	await use('young', 60);
});
afterAll(() => api.service.close());

/** A call every four minutes until ten minutes ago, of varied size. */
async function use(subject: string, minutes: number, output = 40): Promise<void> {
	const until = Date.now() - 10 * MINUTE;
	const events = Array.from({ length: minutes / 4 }, (_, step) =>
		usageEvent({
			subject,
			time: new Date(until - 4 * step * MINUTE).toISOString(),
			data: { usage: { inputUncached: Math.round(200 * 2 ** (2 * random())), output } },
		}),
	);
	for (let at = 0; at < events.length; at += 1000)
		await api.post('/v1/usage', events.slice(at, at + 1000));
}

const ask = async (method: string, path: string, body?: unknown, key?: string) =>
	api.send(method, `/v1/baselines/${path}`, body, key === undefined ? {} : { key });
const rounds = async (body: object) => (await ask('POST', 'refresh', body)).body;
const versionsOf = async (tenantId: string) =>
	(await ask('GET', `${tenantId}/versions`)).body['versions'] as Row[];

describe('one tenant', () => {
	it('200: is refreshed by whoever has a reason, with or without one', async () => {
		const { status, body } = await ask('POST', 'steady/refresh', { note: 'after the launch' });

		expect([status, body]).toEqual([
			200,
			{
				...{ tenantId: 'steady', version: 1, parent: null, fittedAt: expect.stringMatching(/Z$/) },
				...{ tangentLimit: expect.any(Number), excludedMinutes: 0 },
				...{ snapshots: expect.any(Number), centroids: expect.any(Number) },
			},
		]);
		expect((await ask('POST', 'steady/refresh')).body).toMatchObject({ version: 2, parent: 1 });
		expect((await versionsOf('steady')).map(({ note, cause }) => [note, cause])).toEqual([
			[null, 'refresh'],
			['after the launch', 'refresh'],
		]);
	});

	it('200: shows what is in force, and any version', async () => {
		const { body } = await ask('GET', 'steady');

		expect(body).toMatchObject({
			...{ tenantId: 'steady', version: 2, parent: 1, active: true, newNormal: null },
			...{ levels: expect.any(Object), scales: expect.any(Array), centroids: expect.any(Number) },
			inForce: { theta: 0, heldUntil: null, spaces: ['features'] },
		});
		expect((await ask('GET', 'steady/versions/1')).body).toMatchObject({
			...{ version: 1, active: false, inForce: null },
		});
	});

	it('200: lists versions a page at a time', async () => {
		const first = (await ask('GET', 'steady/versions?limit=1')).body;
		const cursor = String(first['nextCursor']);
		const second = (await ask('GET', `steady/versions?limit=1&cursor=${cursor}`)).body;

		expect(first).toMatchObject({ versions: [{ version: 2 }] });
		expect(second).toMatchObject({ versions: [{ version: 1 }], nextCursor: null });
	});

	it('200: says in words and figures what changed', async () => {
		await use('steady', 720, 4000);
		await ask('POST', 'steady/refresh');
		const { body } = await ask('GET', 'steady/diff');
		const changes = body['changes'] as string[];

		expect(body).toMatchObject({ tenantId: 'steady', from: 2, to: 3, moved: true });
		expect(changes.join('\n')).toMatch(/^cost per request [\d.]+ → [\d.]+ USD \(\+\d+ %\)$/m);
		expect(body['figures']).toContainEqual({
			...{ what: 'requestsPerDay', moved: expect.any(Boolean) },
			...{ from: expect.any(Number), to: expect.any(Number) },
		});
		expect((await ask('GET', 'steady/diff?from=1&to=2')).body).toMatchObject({ moved: false });
	});

	it('200: goes back to a version and holds it, until somebody refreshes', async () => {
		const { status, body } = await ask('POST', 'steady/rollback', {
			...{ version: 2, note: 'the loop was in it', holdFor: '2d' },
		});

		expect([status, body]).toMatchObject([200, { version: 2, previous: 3, active: true }]);
		const { heldUntil } = body['inForce'] as { heldUntil: string };
		expect((Date.parse(heldUntil) - Date.now()) / 86_400_000).toBeCloseTo(2, 2);
		const round = (await rounds({ olderThan: '1s' }))['tenants'] as Row[];
		expect(round.find(({ tenantId }) => tenantId === 'steady')).toEqual({
			...{ tenantId: 'steady', outcome: 'skipped' },
			reason: `rolled back, held until ${heldUntil}`,
		});
		expect((await ask('POST', 'steady/refresh')).body).toMatchObject({ version: 4, parent: 2 });
		const { body: audit } = await api.get('/v1/audit?action=baseline.rolledBack');
		expect(audit).toMatchObject({ entries: [{ tenantId: 'steady', detail: { version: 2 } }] });
	});

	it('404: a tenant, a version, something to compare with', async () => {
		await ask('POST', 'other/refresh');
		for (const path of ['nobody', 'nobody/diff', 'steady/versions/99', 'steady/diff?from=99']) {
			expect((await ask('GET', path)).status).toBe(404);
		}
		const { status } = await ask('POST', 'steady/rollback', { version: 99 });
		expect(status).toBe(404);
	});

	it('422: a version larger than any there can be, in a body, an address or a cursor', async () => {
		const version = 2 ** 31;
		const cursor = Buffer.from(String(version)).toString('base64url');
		const answers = [
			await ask('POST', 'steady/rollback', { version }),
			await ask('GET', `steady/versions/${version}`),
			await ask('GET', `steady/diff?from=${version}`),
			await ask('GET', `steady/versions?cursor=${cursor}`),
		];

		expect(
			answers.map(({ status, body }) => [status, (body['errors'] as Row[])[0]?.['pointer']]),
		).toEqual([
			[422, '/version'],
			[422, '/version'],
			[422, '/from'],
			[422, '/cursor'],
		]);
	});

	it('409: too young, in use already, nothing asked', async () => {
		const statuses = [
			await ask('POST', 'young/refresh'),
			await ask('POST', 'steady/rollback', { version: 4 }),
			await ask('POST', 'steady/accept'),
		].map(({ status, body }) => [status, body['detail']]);

		expect(statuses).toEqual([
			[409, 'Tenant young has less than 24 hours of usage: there is no normal to learn yet.'],
			[409, 'Version 4 of the baseline of tenant steady is in use already.'],
			[409, 'Nobody asks whether tenant steady has a new normal.'],
		]);
	});

	it.each([{}, { version: 0 }, { version: 'last' }, { version: 1, holdFor: 'long' }])(
		'422: a roll-back to %j',
		async (body) => {
			expect((await ask('POST', 'steady/rollback', body)).status).toBe(422);
		},
	);
});

describe('all tenants', () => {
	it('200: refreshes who is not fresh, a page at a time, and says why not the others', async () => {
		await use('zeta', 2 * 1440);
		const tenants: Row[] = [];
		let cursor: unknown;
		do {
			const page: Row = await rounds({ limit: 2, ...(cursor ? { cursor } : {}) });
			tenants.push(...(page['tenants'] as Row[]));
			cursor = page['nextCursor'];
		} while (cursor !== null);

		expect(tenants.map(({ tenantId, outcome }) => [tenantId, outcome])).toEqual([
			['other', 'fresh'],
			['steady', 'fresh'],
			['young', 'skipped'],
			['zeta', 'refreshed'],
		]);
		expect(tenants[0]).toMatchObject({ version: 2, parent: 1, moved: false, changes: [] });
		expect(tenants[2]).toMatchObject({ reason: 'less than 24 hours of usage' });
	});

	it('200: counts what became of them', async () => {
		expect(await rounds({})).toMatchObject({
			...{ refreshed: 0, fresh: 3, skipped: 1, failed: 0, nextCursor: null },
		});
	});
});

describe('a key', () => {
	it('403: that is bound to a tenant reaches its own baseline only', async () => {
		const key = await api.makeKey('operate', 'other');

		expect((await ask('GET', 'other', undefined, key)).status).toBe(200);
		for (const [method, path] of [
			['GET', 'steady'],
			['GET', 'steady/versions'],
			['GET', 'steady/versions/1'],
			['GET', 'steady/diff'],
			['POST', 'steady/refresh'],
			['POST', 'steady/accept'],
			['POST', 'refresh'],
		] as const) {
			expect((await ask(method, path, undefined, key)).status).toBe(403);
		}
		const { status } = await ask('POST', 'steady/rollback', { version: 1 }, key);
		expect(status).toBe(403);
	});

	it('403: that reads changes nothing', async () => {
		const key = await api.makeKey('read');

		expect((await ask('GET', 'steady/diff?from=1&to=2', undefined, key)).status).toBe(200);
		for (const path of ['refresh', 'steady/refresh', 'steady/accept']) {
			expect((await ask('POST', path, undefined, key)).status).toBe(403);
		}
	});
});

import { startQueueApi, type QueueApi } from '../support/queueApi.ts';
import { queueSuite } from '../support/queueSuite.ts';

const suite = queueSuite();
let api: QueueApi;
beforeEach(async () => {
	api = await startQueueApi(suite);
});
afterEach(() => api.close());

const park = (name: string, tenantId = 'acme', lane: 'standard' | 'bulk' = 'standard') =>
	suite.queue.park({ tenantId, lane, resumeUrl: suite.n8n.wait(name), blockedBy: ['c'] });
const idsOf = ({ body }: { body: Record<string, unknown> }) =>
	(body['calls'] as { queueId: string }[]).map(({ queueId }) => queueId);

/** A rejection whose receiver does not answer for more than an hour. */
async function makeDeadLetter(): Promise<string> {
	const { queue, clock, n8n } = suite;
	const queueId = await queue.park({
		...{ tenantId: 'acme', resumeUrl: n8n.wait('dead'), deadlineAt: clock.now() },
	});
	for (let minute = 0; minute <= 61; minute++) {
		n8n.next('dead', 503);
		clock.move(60_000);
		await queue.tick();
	}
	return queueId;
}

describe('GET /v1/queue', () => {
	it('200: pages through the calls in the order they go, of one tenant, lane and state', async () => {
		const bulk = await park('a', 'acme', 'bulk');
		const [first, second, other] = [await park('b'), await park('c'), await park('d', 'other')];
		const standard = [first, second, other].toSorted();

		const page = await api.send('GET', '/v1/queue?limit=2');
		expect(page.status).toBe(200);
		expect(idsOf(page)).toEqual(standard.slice(0, 2));
		const next = await api.send('GET', `/v1/queue?cursor=${String(page.body['nextCursor'])}`);
		expect(idsOf(next)).toEqual([standard[2], bulk]);
		expect(next.body['nextCursor']).toBeNull();
		expect(idsOf(await api.send('GET', '/v1/queue?tenantId=other'))).toEqual([other]);
		expect(idsOf(await api.send('GET', '/v1/queue?lane=bulk&state=waiting'))).toEqual([bulk]);
	});

	it('200: shows a call without what would resume it', async () => {
		const { clock, n8n } = suite;
		const queueId = await park('shown');
		const at = (ms: number) => new Date(clock.now() + ms).toISOString();
		const { body } = await api.send('GET', '/v1/queue');

		expect(body).toEqual({
			calls: [
				{
					...{ queueId, tenantId: 'acme', lane: 'standard', state: 'waiting', outcome: null },
					...{ reservationId: null, heldMicroCents: 0, reasons: [], keyId: 'key_1' },
					...{ blockedBy: ['c'], tries: 0, attempts: 0, lastError: null },
					resumeUrl: new URL(n8n.wait('shown')).origin + '/webhook-waiting/…',
					...{ parkedAt: at(0), rankAt: at(60_000), deadlineAt: at(3_600_000) },
					...{ nextTryAt: at(1000), decidedAt: null, finishedAt: null },
				},
			],
			nextCursor: null,
		});
	});

	it('403, 422: refuses another tenant than the key’s, and what is no filter', async () => {
		const { key } = await api.makeKey('read', 'acme');
		await park('a', 'other');
		const mine = await park('b');

		expect(idsOf(await api.send('GET', '/v1/queue', { key }))).toEqual([mine]);
		expect((await api.send('GET', '/v1/queue?tenantId=other', { key })).status).toBe(403);
		expect((await api.send('GET', '/v1/queue?cursor=nonsense')).body).toMatchObject({
			...{ status: 422, errors: [{ pointer: '/cursor' }] },
		});
		expect((await api.send('GET', '/v1/queue?limit=0')).status).toBe(422);
		expect((await api.send('GET', '/v1/queue?state=lost')).status).toBe(422);
	});
});

describe('GET /v1/queue/{queueId}', () => {
	it('200: tells who asks for calls what became of one', async () => {
		const { key } = await api.makeKey('ask', 'acme');
		const queueId = await park('a');
		suite.clock.move(1000);
		await suite.queue.tick();

		const { status, body } = await api.send('GET', `/v1/queue/${queueId}`, { key });
		expect(status).toBe(200);
		expect(body).toMatchObject({
			...{ state: 'done', outcome: 'allowed', heldMicroCents: 100, reasons: [] },
			reservationId: expect.stringMatching(/^rsv_/),
			finishedAt: expect.stringMatching(/Z$/),
		});
	});

	it('404: does not know calls of other tenants', async () => {
		const { key } = await api.makeKey('ask', 'other');
		const queueId = await park('a');

		expect((await api.send('GET', `/v1/queue/${queueId}`, { key })).status).toBe(404);
		expect((await api.send('GET', '/v1/queue/que_none')).status).toBe(404);
	});
});

describe('POST /v1/queue/{queueId}/promote and cancel', () => {
	it('200: moves a call to another lane, or before all others', async () => {
		const [bulk, first] = [await park('a', 'acme', 'bulk'), await park('b')];
		const body = { lane: 'interactive' };

		const moved = await api.send('POST', `/v1/queue/${bulk}/promote`, { body });
		expect(moved.body).toMatchObject({ queueId: bulk, lane: 'interactive' });
		expect((await api.send('POST', `/v1/queue/${first}/promote`)).status).toBe(200);
		expect(idsOf(await api.send('GET', '/v1/queue'))).toEqual([first, bulk]);
	});

	it('200: cancels a call, which then is told so', async () => {
		const queueId = await park('a');
		const { body } = await api.send('POST', `/v1/queue/${queueId}/cancel`);

		expect(body).toMatchObject({
			...{ outcome: 'cancelled', state: 'releasing', reasons: [{ code: 'cancelled' }] },
		});
		await suite.queue.tick();
		expect(suite.told()).toMatchObject({ queueId, decision: 'reject' });
	});

	it('409, 404, 403: changes nothing that does not wait, is not there, or is another’s', async () => {
		const queueId = await park('a');
		const bound = await api.makeKey('operate', 'other');
		const reader = await api.makeKey('read');
		const path = `/v1/queue/${queueId}`;

		expect((await api.send('POST', `${path}/cancel`, bound)).status).toBe(404);
		const toLane = { ...bound, body: { lane: 'interactive' } };
		expect((await api.send('POST', `${path}/promote`, toLane)).status).toBe(404);
		expect((await api.send('POST', `${path}/promote`, bound)).status).toBe(403);
		expect((await api.send('POST', `${path}/cancel`, reader)).status).toBe(403);
		await api.send('POST', `${path}/cancel`);
		expect((await api.send('POST', `${path}/cancel`)).status).toBe(409);
		expect((await api.send('POST', `${path}/promote`)).status).toBe(409);
	});
});

describe('POST /v1/queue/drain', () => {
	it('200: refuses what waits of a tenant, of a lane, or altogether', async () => {
		await Promise.all([park('a'), park('b', 'acme', 'bulk'), park('c', 'other')]);
		const drain = async (body: object, key?: string) =>
			(await api.send('POST', '/v1/queue/drain', { body, ...(key && { key }) })).body;

		expect(await drain({ tenantId: 'acme', lane: 'bulk' })).toEqual({ drained: 1 });
		const bound = await api.makeKey('operate', 'acme');
		expect(await drain({ all: true }, bound.key)).toEqual({ drained: 1 });
		expect(await drain({ all: true })).toEqual({ drained: 1 });
	});

	it('422: wants to be told what', async () => {
		for (const body of [{}, { all: false }, { lane: 'fast' }]) {
			expect((await api.send('POST', '/v1/queue/drain', { body })).status).toBe(422);
		}
	});
});

describe('GET /v1/queue/summary', () => {
	it('200: counts what waits, and only the tenant of a bound key', async () => {
		await Promise.all([park('a'), park('b'), park('c', 'other')]);
		const { key } = await api.makeKey('read', 'acme');
		const at = (ms: number) => new Date(suite.clock.now() + ms).toISOString();
		const { body } = await api.send('GET', '/v1/queue/summary', { key });

		expect(body).toEqual({
			lanes: [
				{
					...{ tenantId: 'acme', lane: 'standard', waiting: 2 },
					...{ oldestParkedAt: at(0), firstRankAt: at(60_000) },
				},
			],
			overdueCounters: [],
			...{ releasing: 0, dead: 0 },
		});
	});
});

describe('GET /v1/queue/signing-secret', () => {
	it('200: tells the secret of the calling key, which nobody may keep for another', async () => {
		const { keyId, key } = await api.makeKey('ask');
		const { status, headers, body } = await api.send('GET', '/v1/queue/signing-secret', { key });

		expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
		expect(body).toEqual({ keyId, secret: `whsec_of_${keyId}` });
		const reader = await api.makeKey('read');
		expect((await api.send('GET', '/v1/queue/signing-secret', reader)).status).toBe(403);
	});
});

describe('/v1/dead-letters', () => {
	it('200: lists calls that could not be told, and tells them again on request', async () => {
		const queueId = await makeDeadLetter();
		const dead = await api.send('GET', '/v1/dead-letters?tenantId=acme');

		expect(dead.body['calls']).toMatchObject([{ queueId, state: 'dead', lastError: 'HTTP 503' }]);
		const retried = await api.send('POST', `/v1/dead-letters/${queueId}/retry`);
		expect(retried.body).toMatchObject({ state: 'releasing', outcome: 'rejected' });
		await suite.queue.tick();
		suite.clock.move(1000);
		await suite.queue.tick();
		expect(suite.resumed()).toEqual(['dead']);
		expect((await api.send('POST', `/v1/dead-letters/${queueId}/retry`)).status).toBe(409);
	});

	it('204, 404, 409: deletes a dead letter, once, and nothing else', async () => {
		const queueId = await makeDeadLetter();
		const waiting = await park('waits');
		const bound = await api.makeKey('operate', 'other');
		const remove = (id: string, options = {}) =>
			api.send('DELETE', `/v1/dead-letters/${id}`, options);

		expect((await remove(queueId, bound)).status).toBe(404);
		expect((await remove(queueId)).status).toBe(204);
		expect((await remove(queueId)).status).toBe(404);
		expect((await remove(waiting)).status).toBe(409);
	});
});

import { startQueueApi, type QueueApi } from '../support/queueApi.ts';
import { queueSuite } from '../support/queueSuite.ts';
import { byId, editorContext, listSearch, run } from './support/fuseCrudBench.ts';
import type { Credentials } from './support/n8nHttp.ts';
import { thrownBy } from './support/thrown.ts';

const suite = queueSuite();
let api: QueueApi;
let credentials: Credentials;
beforeEach(async () => {
	api = await startQueueApi(suite);
	credentials = { baseUrl: api.url, apiKey: (await api.makeKey('operate')).key };
});
afterEach(() => api.close());

const queue = (operation: string, parameters: Record<string, unknown> = {}) =>
	run(credentials, { resource: 'queue', operation, ...parameters });
const park = (name: string, tenantId = 'acme', lane: 'standard' | 'bulk' = 'standard') =>
	suite.queue.park({ tenantId, lane, resumeUrl: suite.n8n.wait(name), blockedBy: ['c'] });

/** A rejection whose receiver does not answer for more than an hour. */
async function makeDeadLetter(): Promise<string> {
	const { clock, n8n } = suite;
	const resumeUrl = n8n.wait('dead');
	const queueId = await suite.queue.park({ tenantId: 'acme', resumeUrl, deadlineAt: clock.now() });
	for (let minute = 0; minute <= 61; minute++) {
		n8n.next('dead', 503);
		clock.move(60_000);
		await suite.queue.tick();
	}
	return queueId;
}

describe('a queued call', () => {
	it('is found, moved up, and taken out', async () => {
		const queueId = await park('a', 'acme', 'bulk');

		const [found] = await queue('get', { queueId: byId(queueId) });
		expect(found).toMatchObject({ queueId, lane: 'bulk', state: 'waiting', heldUsd: '0.00' });
		expect(found).not.toHaveProperty('resumeUrl');
		const [whole] = await queue('get', { queueId: byId(queueId), simplify: false });
		expect(whole).toMatchObject({ resumeUrl: expect.stringMatching(/…$/), tries: 0 });
		const [promoted] = await queue('promote', { queueId: byId(queueId), moveTo: 'interactive' });
		expect(promoted).toMatchObject({ queueId, lane: 'interactive' });
		expect(await queue('promote', { queueId: byId(queueId) })).toHaveLength(1);
		expect(await queue('cancel', { queueId: byId(queueId) })).toMatchObject([{ queueId }]);

		const fault = await thrownBy(queue('cancel', { queueId: byId(queueId) }));
		expect(fault.message).toBe(`The call ${queueId} does not wait any more`);
	});

	it('is one of many, of a tenant, a lane and a state, page by page', async () => {
		const ids = [await park('a'), await park('b'), await park('c')];
		const other = await park('d', 'other', 'bulk');
		const idsOf = async (parameters: Record<string, unknown>) =>
			(await queue('getAll', parameters)).map(({ queueId }) => queueId).sort();

		expect(await idsOf({ returnAll: true })).toEqual([...ids, other].sort());
		expect(await idsOf({ limit: 2 })).toHaveLength(2);
		expect(await idsOf({ filters: { tenantId: byId('other') } })).toEqual([other]);
		expect(await idsOf({ filters: { lane: 'bulk', state: 'waiting' } })).toEqual([other]);
		const [summary] = await queue('getSummary', { filters: { tenantId: byId('acme') } });
		expect(summary).toMatchObject({ lanes: [{ tenantId: 'acme', lane: 'standard', waiting: 3 }] });
	});

	it('is drained with all of its tenant, its lane, or all there are', async () => {
		await park('a');
		await park('b', 'other');
		await park('c', 'other', 'bulk');
		await park('d', 'third', 'bulk');
		const ofOtherInBulk = { calls: 'ofTenantInLane', tenantId: byId('other'), lane: 'bulk' };

		expect(await queue('drain', { tenantId: byId('acme') })).toEqual([{ drained: 1 }]);
		expect(await queue('drain', ofOtherInBulk)).toEqual([{ drained: 1 }]);
		expect(await queue('drain', { calls: 'ofLane', lane: 'bulk' })).toEqual([{ drained: 1 }]);
		expect(await queue('drain', { calls: 'all' })).toEqual([{ drained: 1 }]);
	});
});

describe('a dead letter', () => {
	it('is listed and told again', async () => {
		const queueId = await makeDeadLetter();

		expect(await queue('getDeadLetters')).toMatchObject([{ queueId, lastError: 'HTTP 503' }]);
		expect(await queue('retryDeadLetter', { queueId: byId(queueId) })).toMatchObject([{ queueId }]);
		expect(await queue('getDeadLetters', { filters: { tenantId: byId('acme') } })).toEqual([]);
	});

	it('is deleted', async () => {
		const queueId = await makeDeadLetter();

		expect(await queue('deleteDeadLetter', { queueId: byId(queueId) })).toEqual([
			{ deleted: true },
		]);
		expect((await thrownBy(queue('get', { queueId: byId(queueId) }))).message).toBe(
			`There is no queued call ${queueId}`,
		);
	});
});

describe('the lists to choose from', () => {
	it('have the waiting calls, page by page, and those a filter matches wherever they are', async () => {
		for (let index = 0; index < 101; index += 1) await park(`n${index}`, 'acme', 'standard');
		const rare = await park('rare', 'rare-tenant', 'bulk');
		const { searchWaiting, searchQueue, searchDeadLetters } = listSearch;

		const first = await searchWaiting.call(editorContext(credentials));
		expect(first.results).toHaveLength(100);
		const second = await searchWaiting.call(editorContext(credentials), '', first.paginationToken);
		expect(second.results).toHaveLength(2);
		expect(second.paginationToken).toBeUndefined();
		const found = await searchQueue.call(editorContext(credentials), 'RARE');
		expect(found.results).toEqual([
			{ name: expect.stringMatching(/^rare-tenant: bulk, waiting, parked /), value: rare },
		]);
		expect((await searchDeadLetters.call(editorContext(credentials))).results).toEqual([]);
	});
});

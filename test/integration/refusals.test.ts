import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPinoLog } from '../../anomaly-service/src/adapters/pino/pinoLog.ts';
import { exportAudit, verifyAudit } from '../../anomaly-service/src/stages/auditChain.ts';
import { RefusalAudit } from '../../anomaly-service/src/stages/refusalAudit.ts';
import { poll } from '../e2e/harness/poll.ts';
import { startTestReplicas, type TestReplicas } from '../support/replicas.ts';
import { hasRedis } from '../support/servers/redisServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import { openMemoryDatabase } from '../support/servers/migratedPglite.ts';
import { startTestService, type Api } from '../support/service.ts';

const FLOOD = 20_000;

type Row = Record<string, unknown>;

async function entriesOf(api: Api, query: string): Promise<Row[]> {
	const { body } = await api.get(`/v1/audit?${query}`);

	return body['entries'] as Row[];
}

describe('a flood of refusals', () => {
	it('leaves one audit entry each, and a chain that holds', async () => {
		const database = await openMemoryDatabase();
		const refusals = new RefusalAudit({ database, log: createPinoLog('silent') });
		const open = { code: 'breakerOpen', message: '', incidentId: 'inc_1' } as const;
		for (let n = 0; n < FLOOD; n++) {
			refusals.note({
				decision: { decision: 'reject', reasons: [open], retryAfterMs: null },
				call: { tenantId: 'runner', model: 'gpt-5' },
				...{ decisionId: `dec_${n}`, keyId: 'key_1', now: Date.UTC(2026, 9, 14) + n },
			});
		}
		await refusals.stop();
		const subjects: (string | null)[] = [];
		const all = { tenantId: 'runner', from: null, to: null };
		for await (const page of exportAudit(database, all)) {
			subjects.push(...page.map(({ subjectId }) => subjectId));
		}

		expect(subjects).toEqual(Array.from({ length: FLOOD }, (_, n) => `dec_${n}`));
		expect(await verifyAudit(database, null)).toMatchObject({ valid: true, entries: FLOOD });
		await database.close();
	}, 60_000);
});

describe('what the service refuses', () => {
	let api: Api;
	beforeAll(async () => {
		api = await startTestService();
	});
	afterAll(() => api.service.close());
	const ask = async (tenantId: string, given: object = {}) =>
		(await api.post('/v1/reservations', { tenantId, microCents: 10, ...given })).body;
	const refused = (tenantId: string, count: number) =>
		poll({ what: 'the refusals to be written', timeoutMs: 5000 }, async () => {
			const entries = await entriesOf(api, `tenantId=${tenantId}&action=decision.rejected`);
			return entries.length >= count ? entries : undefined;
		});

	it('is in the audit: as many entries as refusals, and none of what was allowed', async () => {
		const limit = { scope: 'tenant', unit: 'requests', window: '1h', capacity: 5 };
		const { body } = await api.post('/v1/limits', { tenantId: 'limited', ...limit });
		const given = { workflowId: 'wf', nodeName: 'Agent', executionId: '17' };
		const answers = await Promise.all(Array.from({ length: 60 }, () => ask('limited', given)));
		const rejected = answers.filter(({ decision }) => decision === 'reject');
		const entries = await refused('limited', rejected.length);

		expect(rejected).toHaveLength(55);
		expect(entries).toHaveLength(55);
		expect(entries[0]).toMatchObject({
			...{ tenantId: 'limited', subjectId: expect.stringMatching(/^dec_[0-9a-f]{20}$/) },
			detail: { ...given, reasons: ['limitExceeded'], limitIds: [body['id']] },
		});
		const { body: whoami } = await api.get('/v1/whoami');
		expect(entries[0]).toMatchObject({ actor: whoami['keyId'] });
	});

	it('names the queued call it parked', async () => {
		const limit = { scope: 'tenant', unit: 'requests', window: '1h', capacity: 1 };
		await api.post('/v1/limits', { tenantId: 'patient', ...limit, whenOver: 'queue' });
		await ask('patient');
		const parked = await ask('patient', { resumeUrl: 'http://127.0.0.1:9/webhook-waiting/1' });
		expect(parked).toMatchObject({ decision: 'queue' });
		const entries = await poll({ what: 'the entry', timeoutMs: 5000 }, async () => {
			const found = await entriesOf(api, `subjectId=${String(parked['queueId'])}`);
			return found.length > 0 ? found : undefined;
		});

		expect(entries).toMatchObject([{ action: 'decision.queued', tenantId: 'patient' }]);
	});

	it('is in the audit also when the service ends right after', async () => {
		const dataDir = await mkdtemp(join(tmpdir(), 'llm-fuse-refusals-'));
		const first = await startTestService({ FUSE_DATA_DIR: dataDir });
		await first.post('/v1/tenants/blocked/block', { reason: 'by hand' });
		await Promise.all(
			Array.from({ length: 20 }, () => first.post('/v1/reservations', { tenantId: 'blocked' })),
		);
		await first.service.close();
		const next = await startTestService({ FUSE_DATA_DIR: dataDir });
		const entries = await entriesOf(next, 'tenantId=blocked&action=decision.rejected');
		await next.service.close();
		await rm(dataDir, { recursive: true });

		expect(entries).toHaveLength(20);
		expect(entries[0]).toMatchObject({ detail: { reasons: ['breakerOpen'] } });
	});
});

describeWith('Redis', hasRedis())('what is refused while the counter store is down', () => {
	const replicas = suiteServer<TestReplicas>(() => startTestReplicas(1));

	it('is in the audit', async () => {
		const [api] = replicas().apis;
		if (!api) throw new RangeError('there is one replica');
		const limit = { scope: 'tenant', unit: 'microCents', window: 'day', capacity: 100 };
		await api.post('/v1/limits', { tenantId: 'closed', ...limit });
		await replicas().redis.kill();
		const { body } = await api.post('/v1/reservations', { tenantId: 'closed', microCents: 10 });
		expect(body).toMatchObject({ reasons: [{ code: 'storeUnavailable' }] });

		const entries = await poll({ what: 'the entry', timeoutMs: 5000 }, async () => {
			const found = await entriesOf(api, 'tenantId=closed&action=decision.rejected');
			return found.length > 0 ? found : undefined;
		});
		expect(entries).toMatchObject([
			{ detail: { reasons: ['storeUnavailable'], limitIds: [expect.any(String)] } },
		]);
	});
});

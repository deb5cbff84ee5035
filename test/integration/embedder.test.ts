import { Client } from 'pg';
import { seededRandom } from '../../core/behaviour/seededRandom.ts';
import type { UsageEvent } from '../../core/usageEvent.ts';
import { usageEvent } from '../support/rows.ts';
import {
	startEmbeddingsDouble,
	type EmbeddingsDouble,
} from '../support/servers/embeddingsDouble.ts';
import { startPgliteServer, type PgliteServer } from '../support/servers/pgliteServer.ts';
import { startTestService, type Api } from '../support/service.ts';

const MINUTE = 60_000;
const SPACE = 'openai:text-embedding-3-small';
const KEY = 'sk-of-the-embedder';
const TENANT = 'org_98765_alpha';

let double: EmbeddingsDouble;
let server: PgliteServer;
let operator: Client;
let api: Api;
/**
 * Runs on from noon of a day, and each burst puts it two minutes forward: a minute's first snapshot is kept, a later one
 * only when it is further away.
 */
const clock = {
	ahead: Date.parse('2026-03-04T12:00:00Z') - Date.now(),
	now: () => Date.now() + clock.ahead,
};
const start = (env: Record<string, string> = {}) =>
	startTestService(
		{
			...{ DATABASE_URL: server.url, FUSE_SIGNING_KEY: 'a-signing-key-of-at-least-32-characters' },
			...{ FUSE_EMBEDDER: 'openai', FUSE_EMBEDDER_URL: double.url, FUSE_EMBEDDER_KEY: KEY },
			...{ FUSE_SCORE_INTERVAL_MS: '1000', ...env },
		},
		clock,
	);

beforeAll(async () => {
	double = await startEmbeddingsDouble();
	server = await startPgliteServer();
	api = await start();
	operator = new Client({ connectionString: server.url });
	await operator.connect();
});
afterAll(async () => {
	await api.service.close();
	await operator.end();
	await server.stop();
	await double.close();
});

/** One call a minute for four days, of varied size, until ten minutes ago: with any day left out there is enough to learn from. */
function history(): UsageEvent[] {
	const random = seededRandom(7);
	const until = clock.now() - 10 * MINUTE;
	return Array.from({ length: 4 * 1440 }, (_, minute) => {
		const output = Math.round(30 * 2 ** (2 * random()));
		return usageEvent({
			subject: TENANT,
			time: new Date(until - minute * MINUTE).toISOString(),
			data: {
				latencyMs: Math.round((250 + 8 * output) * (0.8 + 0.4 * random())),
				usage: { inputUncached: Math.round(200 * 2 ** (2 * random())), output },
			},
		});
	});
}

async function send(events: UsageEvent[]): Promise<void> {
	for (let at = 0; at < events.length; at += 1000)
		await api.post('/v1/usage', events.slice(at, at + 1000));
}

/** The spaces snapshots were scored in after those that were forgotten. */
async function spaces(): Promise<string[]> {
	const { rows } = await operator.query<{ space: string }>(
		`select distinct space from fuse.snapshots where tenant_id = $1 order by 1`,
		[TENANT],
	);
	return rows.map(({ space }) => space);
}

/** A burst nobody showed before: flagged, so that every snapshot of it is kept. */
async function burst(calls: number): Promise<void> {
	clock.ahead += 2 * MINUTE;
	await operator.query('delete from fuse.snapshots');
	const time = new Date(clock.now()).toISOString();
	const data = { usage: { inputUncached: 500, output: 70 } };
	await send(Array.from({ length: calls }, () => usageEvent({ subject: TENANT, time, data })));
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
	while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 100));
}

const metric = async (name: string) => {
	const { body } = await api.get('/metrics');
	const line = String(body['text'])
		.split('\n')
		.find((text) => text.startsWith(name));
	return Number(line?.split(' ').at(-1) ?? 0);
};

describe('a service with an embedder by the API of OpenAI', () => {
	it('learns a tenant in the space of the texts, beside that of the features', async () => {
		await send(history());
		const { status } = await api.post(`/v1/baselines/${TENANT}/refresh`);
		const { body } = await api.get(`/v1/baselines/${TENANT}`);

		expect(status).toBe(200);
		expect(body).toMatchObject({ inForce: { spaces: ['features', SPACE] } });
		// 384 quarters of an hour; most are alike.
		const texts = double.requests.flatMap((request) => request.texts);
		expect(double.requests).toHaveLength(1);
		expect(texts.length).toBeLessThan(384);
	});

	it('asks nothing again that it was told before', async () => {
		const before = double.requests.length;
		await api.post(`/v1/baselines/${TENANT}/refresh`);

		expect(double.requests).toHaveLength(before);
		expect(await metric('llm_fuse_embeddings_total{outcome="cached"}')).toBeGreaterThan(0);
	});

	it('scores the tenant there', async () => {
		await burst(100);
		await until(async () => (await spaces()).length > 0);

		expect(await spaces()).toEqual([SPACE]);
	});

	it('falls back to the features within the tick when there is no answer', async () => {
		double.mode = 'stalls';
		await burst(2000);
		await until(async () => (await spaces()).length > 0);

		expect(await spaces()).toEqual(['features']);
		expect(await metric('llm_fuse_embeddings_total{outcome="failed"}')).toBeGreaterThan(0);
		double.mode = 'works';
	});

	it('books what it uses as usage of the service itself', async () => {
		const { body } = await api.get('/v1/tenants/llm-fuse/spend');

		expect(body).toMatchObject({ tenantId: 'llm-fuse' });
		expect(JSON.stringify(body)).toMatch(/"microCents":[1-9]/i);
	});

	it('never sends a tenant or a model of a call, and the key as the key only', () => {
		const sent = double.requests.map(({ raw }) => raw).join('\n');

		expect(double.requests.every(({ key }) => key === KEY)).toBe(true);
		expect(sent).not.toContain(TENANT);
		expect(sent).not.toContain('gpt-4o');
		expect(double.requests.map(({ texts }) => texts.join()).join()).not.toContain(KEY);
	});

	it('asks for nothing once its budget is spent, and scores on', async () => {
		await api.service.close();
		const before = double.requests.length;
		api = await start({ FUSE_EMBEDDER_BUDGET_USD_PER_DAY: '0.00000001' });
		await burst(5000);
		await until(async () => (await spaces()).length > 0);

		expect(await spaces()).toEqual(['features']);
		expect(double.requests).toHaveLength(before);
		expect(await metric('llm_fuse_embeddings_total{outcome="overBudget"}')).toBeGreaterThan(0);
	});
});

import { join } from 'node:path';
import { startChild, type ChildProcess } from '../../bench/childProcess.ts';
import { CHANNELS } from '../../core/alerting/notification.ts';
import { poll } from '../e2e/harness/poll.ts';
import {
	startChannelWorkflow,
	type ChannelWorkflow,
	type Post,
} from '../support/channelWorkflow.ts';
import { startTestReplicas, type TestReplicas } from '../support/replicas.ts';
import { usageEvent } from '../support/rows.ts';
import { hasPostgres, migratedPostgres } from '../support/servers/postgresServer.ts';
import { hasRedis, startRedis } from '../support/servers/redisServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';

const MAIN = join(import.meta.dirname, '../../anomaly-service/src/main.ts');
const KEY = 'fuse_test-admin-key-of-at-least-32-characters';
const ELEVEN_DOLLARS = 1_100_000_000;
const EVENTS = CHANNELS.map((channel) => `notification.${channel}`);

/** (subject, rule, channel, sequence) of every post, sorted. */
function messagesOf(posts: readonly Post[]): string[] {
	return posts
		.map(({ subjectId, rule, channel, sequence }) => [subjectId, rule, channel, sequence].join(' '))
		.sort();
}

function runaway(tenantId: string, id = tenantId) {
	return usageEvent({
		...{ id, subject: tenantId, time: new Date().toISOString() },
		data: { costMicroCents: ELEVEN_DOLLARS },
	});
}

describeWith('Redis', hasRedis())('two replicas that see the same runaway', () => {
	const replicas = suiteServer<TestReplicas>(() => startTestReplicas(2));

	it('have each message posted once, by one of several workflows, and changed in its place', async () => {
		const [a, b] = replicas().apis;
		if (!a || !b) throw new Error('there are two replicas');
		const workflows = await Promise.all(
			['one', 'two'].map((name, index) =>
				startChannelWorkflow(name, async (path, body) => {
					return (await (index === 0 ? a : b).post(path, body)).body;
				}),
			),
		);
		const posts = () => workflows.flatMap((workflow) => workflow.posts);
		const posted = (count: number) =>
			poll({ what: `${count} posts`, timeoutMs: 20_000 }, async () =>
				posts().length >= count ? posts() : undefined,
			);
		for (const { url } of workflows) await a.post('/v1/webhooks', { url, events: EVENTS });
		const tenants = Array.from({ length: 10 }, (_, index) => `runaway-${index}`);
		await Promise.all(
			tenants.flatMap((tenantId) => [
				a.post('/v1/usage', runaway(tenantId, `${tenantId}-a`)),
				b.post('/v1/usage', runaway(tenantId, `${tenantId}-b`)),
			]),
		);
		await posted(20);

		expect(new Set(messagesOf(posts())).size).toBe(posts().length);
		const byTenant = Map.groupBy(posts(), ({ tenantId }) => tenantId);
		for (const tenantId of tenants) {
			const told = byTenant.get(tenantId) ?? [];
			expect(told.map(({ channel }) => channel).sort()).toEqual(['slack', 'telegram']);
			expect(new Set(told.map(({ alertText }) => alertText)).size).toBe(1);
		}

		const [first] = byTenant.get('runaway-0') ?? [];
		const path = `/v1/incidents/${first?.subjectId ?? ''}/acknowledge`;
		const answers = await Promise.all([a, b].map((api) => api.post(path, { name: 'Ada' })));
		expect(answers.map(({ body }) => body['outcome']).sort()).toEqual(['acknowledged', 'already']);
		await posted(22);
		await b.post('/v1/tenants/runaway-0/unblock', { full: true });
		const all = await posted(24);

		expect(new Set(messagesOf(all)).size).toBe(24);
		const told = all.filter(
			({ tenantId, channel }) => tenantId === 'runaway-0' && channel === 'slack',
		);
		expect(told).toMatchObject([
			{ kind: 'firing', sequence: 1, posted: null },
			{ kind: 'acknowledged', sequence: 2, alertText: first?.alertText },
			{ kind: 'resolved', sequence: 3, alertText: first?.alertText, buttons: [] },
		]);
		expect(told[1]?.note).toMatch(/^Acknowledged by Ada at \d\d:\d\d UTC$/);
		expect(told[2]?.posted).toEqual(told[1]?.posted);
		expect(told[2]?.posted).not.toBeNull();
		await Promise.all(workflows.map((workflow) => workflow.close()));
	}, 60_000);
});

describeWith('Postgres and Redis', hasPostgres() && hasRedis())('a replica that is killed', () => {
	const tenants = Array.from({ length: 20 }, (_, index) => `runaway-${index}`);

	/** Two replicas and a workflow that reaches the second; the first is killed when `until` resolves. */
	async function killedWhile(until: (answers: Promise<unknown>[]) => Promise<unknown>) {
		const [postgres, redis] = await Promise.all([migratedPostgres(), startRedis()]);
		const env = {
			...{ DATABASE_URL: postgres.url, REDIS_URL: redis.url, FUSE_PORT: '0' },
			...{ FUSE_LOG_LEVEL: 'silent', FUSE_ADMIN_KEY: KEY },
			FUSE_SIGNING_KEY: 'test-signing-key-of-at-least-32-characters',
		};
		const killed = await startChild(MAIN, { env });
		const other = await startChild(MAIN, { env });
		const workflow = await startChannelWorkflow('n8n', (path, body) => ask(other, path, body));
		await ask(other, '/v1/webhooks', { url: workflow.url, events: EVENTS });
		const answers = tenants.map((tenantId) =>
			ask(killed, '/v1/usage', runaway(tenantId)).catch(() => undefined),
		);
		await until(answers);
		await killed.kill();
		await Promise.all(answers);

		return {
			...{ other, workflow },
			async stop() {
				await workflow.close();
				await other.stop();
				await Promise.all([redis.stop(), postgres.stop()]);
			},
		};
	}
	const told = (workflow: ChannelWorkflow) =>
		poll({ what: 'two posts for each tenant', timeoutMs: 60_000 }, async () =>
			workflow.posts.length >= 2 * tenants.length ? true : undefined,
		);

	it('while messages are under way leaves them to the other: each is posted once', async () => {
		const world = await killedWhile((answers) => Promise.all(answers));
		await told(world.workflow);

		expectOnce(world.workflow, tenants);
		await world.stop();
	}, 120_000);

	it('between the block and its record is no loss either: whoever looks next tells, once', async () => {
		const world = await killedWhile((answers) => Promise.race(answers));
		for (const tenantId of tenants)
			await ask(world.other, '/v1/usage', runaway(tenantId, `${tenantId}-2`));
		await told(world.workflow);

		expectOnce(world.workflow, tenants);
		await world.stop();
	}, 120_000);
});

function expectOnce(workflow: ChannelWorkflow, tenants: readonly string[]): void {
	expect(new Set(messagesOf(workflow.posts)).size).toBe(workflow.posts.length);
	const byTenant = Map.groupBy(workflow.posts, ({ tenantId }) => tenantId);
	for (const tenantId of tenants) {
		const channels = byTenant.get(tenantId)?.map(({ channel }) => channel);
		expect(channels?.sort()).toEqual(['slack', 'telegram']);
	}
}

async function ask({ url }: ChildProcess, path: string, body: object) {
	const response = await fetch(url + path, {
		method: 'POST',
		headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
		body: JSON.stringify(body),
	});
	if (!response.ok) throw new Error(`${path}: ${response.status}`);
	return (await response.json()) as Record<string, unknown>;
}

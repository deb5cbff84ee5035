import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild, type ChildProcess } from '../../bench/childProcess.ts';
import type { UsageEvent } from '../../core/usageEvent.ts';
import { poll } from '../e2e/harness/poll.ts';
import { usageEvent } from '../support/rows.ts';
import { hasPostgres, migratedPostgres } from '../support/servers/postgresServer.ts';
import { hasRedis, startRedis } from '../support/servers/redisServer.ts';
import { describeWith } from '../support/servers/suiteServers.ts';

const MAIN = join(import.meta.dirname, '../../anomaly-service/src/main.ts');
const KEY = 'fuse_test-admin-key-of-at-least-32-characters';
const TENANTS = ['acme', 'globex', 'initech'];
const CALLERS = 6;
const KILLS = 3;

type Env = Record<string, string>;
type Counts = { accepted: number; duplicates: number };

/** Callers that never stop reporting, and a service that is killed under them. */
class Siege {
	readonly answered: UsageEvent[] = [];
	/** Sent, and the answer never came. */
	readonly unknown: UsageEvent[] = [];
	#service: ChildProcess | undefined;
	/** Callers wait for the next start: what cannot be sent proves nothing. */
	#up = Promise.withResolvers<undefined>();
	#isOver = false;
	#made = 0;
	readonly #env: Env;

	constructor(env: Env) {
		this.#env = env;
	}

	async start(): Promise<void> {
		const settings = {
			...{ FUSE_PORT: '0', FUSE_LOG_LEVEL: 'silent', FUSE_ADMIN_KEY: KEY },
			FUSE_SIGNING_KEY: 'test-signing-key-of-at-least-32-characters',
			// What is recorded is under test, not who is stopped.
			FUSE_SPEND_CAP_USD_PER_MINUTE: '1000000',
		};
		this.#service = await startChild(MAIN, { env: { ...settings, ...this.#env } });
		this.#up.resolve(undefined);
	}

	async kill(): Promise<void> {
		this.#up = Promise.withResolvers();
		await this.#service?.kill();
	}

	/** Reports until `end`; resolves when every caller has stopped. */
	async report(): Promise<void> {
		await Promise.all(Array.from({ length: CALLERS }, (_, caller) => this.#reportAs(caller)));
	}

	end(): void {
		this.#isOver = true;
		this.#up.resolve(undefined);
	}

	/** So many more answers, from now on. */
	async answers(more: number): Promise<void> {
		const wanted = this.answered.length + more;
		await poll({ what: `${more} answers`, timeoutMs: 120_000 }, () =>
			Promise.resolve(this.answered.length >= wanted ? true : undefined),
		);
	}

	async send(events: readonly UsageEvent[]): Promise<Counts> {
		const sums = { accepted: 0, duplicates: 0 };
		for (let at = 0; at < events.length; at += 200) {
			const { accepted, duplicates } = await this.#post(events.slice(at, at + 200));
			sums.accepted += accepted;
			sums.duplicates += duplicates;
		}
		return sums;
	}

	async spent(): Promise<{ requests: number; microCents: number }> {
		const sums = { requests: 0, microCents: 0 };
		for (const tenant of TENANTS) {
			const body = await this.#ask('GET', `/v1/tenants/${tenant}/spend`);
			sums.requests += Number(body['requests']);
			sums.microCents += Number(body['microCents']);
		}
		return sums;
	}

	async stop(): Promise<void> {
		await this.#service?.stop();
	}

	async #reportAs(caller: number): Promise<void> {
		while (!this.#isOver) {
			// Some alone, some in batches.
			const events = Array.from({ length: 1 + ((caller * 7) % 20) }, () => this.#event());
			try {
				await this.#post(events);
				this.answered.push(...events);
			} catch {
				this.unknown.push(...events);
				await this.#up.promise;
			}
		}
	}

	#event(): UsageEvent {
		const n = this.#made++;
		const subject = TENANTS[n % TENANTS.length] ?? '';
		return usageEvent({ id: `event-${n}`, subject, data: { costMicroCents: n + 1 } });
	}

	async #post(events: readonly UsageEvent[]): Promise<Counts> {
		return (await this.#ask('POST', '/v1/usage', events)) as Counts;
	}

	async #ask(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
		if (!this.#service) throw new Error('it is not there');
		const response = await fetch(this.#service.url + path, {
			method,
			headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		if (!response.ok) throw new Error(`${response.status}`);
		return (await response.json()) as Record<string, unknown>;
	}
}

async function losesNothing(env: Env): Promise<void> {
	const siege = new Siege(env);
	await siege.start();
	const reporting = siege.report();
	for (let kills = 0; kills < KILLS; kills++) {
		await siege.answers(20 + Math.floor(Math.random() * 300));
		await siege.kill();
		await siege.start();
	}
	await siege.answers(20);
	await siege.kill();
	siege.end();
	await reporting;
	await siege.start();
	const { answered, unknown } = siege;
	const all = [...answered, ...unknown];
	const { requests } = await siege.spent();

	expect(requests).toBeGreaterThanOrEqual(answered.length);
	expect(requests).toBeLessThanOrEqual(all.length);
	expect(await siege.send(answered)).toEqual({ accepted: 0, duplicates: answered.length });
	expect((await siege.spent()).requests).toBe(requests);
	const late = await siege.send(unknown);
	expect(late).toEqual({
		accepted: all.length - requests,
		duplicates: requests - answered.length,
	});
	expect(await siege.send(all)).toEqual({ accepted: 0, duplicates: all.length });
	expect(await siege.spent()).toEqual({
		requests: all.length,
		microCents: all.reduce((sum, { data }) => sum + (data.costMicroCents ?? 0), 0),
	});
	await siege.stop();
}

const TITLE = 'has every event it answered once, and nothing twice when all of it is sent again';

describe('a service that is killed under load, again and again', () => {
	let dataDir: string;
	beforeEach(async () => {
		dataDir = await mkdtemp(join(tmpdir(), 'llm-fuse-sigkill-'));
	});
	afterEach(() => rm(dataDir, { recursive: true }));

	it(`${TITLE}: embedded`, () => losesNothing({ FUSE_DATA_DIR: dataDir }), 600_000);
});

describeWith('Postgres and Redis', hasPostgres() && hasRedis())(
	'a replica that is killed under load, again and again',
	() => {
		it(`${TITLE}: on Postgres and Redis`, async () => {
			const postgres = await migratedPostgres();
			const redis = await startRedis();
			await losesNothing({ DATABASE_URL: postgres.url, REDIS_URL: redis.url });
			await redis.stop();
			await postgres.stop();
		}, 600_000);
	},
);

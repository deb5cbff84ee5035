import { Client } from 'pg';
import type { Database } from '../../anomaly-service/src/ports/database.ts';
import { aParkedCall } from '../support/parkedCalls.ts';
import { MovingClock, queueBench } from '../support/queueBench.ts';
import { Room } from '../support/room.ts';
import { openPgliteServerDatabase } from '../support/servers/pgliteServer.ts';
import { hasPostgres, migratedPostgres } from '../support/servers/postgresServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import { startWaitingExecutions } from '../support/waitingExecutions.ts';
import { iso, NOON } from './databaseBench.ts';
import { queueContract } from './queueContract.ts';
import { queueDeskContract } from './queueDeskContract.ts';

const DAY = 86_400_000;

queueContract('pg', openPgliteServerDatabase);
queueDeskContract('pg', openPgliteServerDatabase);

describeWith('a real Postgres', hasPostgres())('a queue of several services', () => {
	const server = suiteServer(migratedPostgres);
	queueContract('pg on a real Postgres', () => server().open());
	queueDeskContract('pg on a real Postgres', () => server().open());

	let databases: Database[];
	let operator: Client;
	/** The audit refuses to be emptied: entries after this one are a test's own. */
	let audited: string;
	beforeEach(async () => {
		databases = await Promise.all([1, 2, 3].map(() => server().open()));
		operator = new Client({ connectionString: server().url });
		await operator.connect();
		await operator.query('truncate fuse.queued_calls, fuse.queue_blocks');
		const { rows } = await operator.query<{ last: string }>(
			'select coalesce(max(sequence), 0)::text as last from fuse.audit_entries',
		);
		audited = rows[0]?.last ?? '0';
	});
	afterEach(async () => {
		await operator.end();
		await Promise.all(databases.map((database) => database.close()));
	});

	const park = async (count: number) => {
		const [database] = databases;
		const calls = Array.from({ length: count }, () => aParkedCall({ tenantId: 'acme' }));
		for (const call of calls) await database?.call('park_call', { call });
		return calls.map(({ id }) => id);
	};
	const claim = async (database: Database, worker: string, now = NOON) => {
		const args = { worker, now: iso(now), leaseMs: 10_000, limit: 7, backlogMax: 1000 };
		return (await database.call('claim_waiting', args)).calls.map(({ id }) => id);
	};

	it('gives waiting calls to one scheduler at a time, however many claim at once', async () => {
		await park(50);
		for (let round = 0; round < 20; round++) {
			const now = NOON + round * 20_000;
			const claims = await Promise.all(
				databases.flatMap((database, n) => [
					claim(database, `a${n}`, now),
					claim(database, `b${n}`, now),
				]),
			);
			expect(claims.filter((ids) => ids.length > 0)).toHaveLength(1);
		}
	});

	it('hands every decided call to one of the resumers that claim as fast as they can', async () => {
		const ids = await park(500);
		const [first] = databases;
		const answer = { decision: 'reject', reasons: [] } as const;
		const calls = ids.map((id) => {
			return { id, outcome: 'rejected', answer, reservationId: null } as const;
		});
		await first?.call('record_release', { calls, now: iso(NOON) });
		const drain = async (database: Database, worker: string) => {
			const args = { worker, now: iso(NOON), leaseMs: 30_000, limit: 7 };
			const mine: string[] = [];
			for (;;) {
				const got = await database.call('claim_resumes', args);
				if (got.length === 0) return mine;
				mine.push(...got.map(({ id }) => id));
			}
		};
		const drains = databases.flatMap((database, n) => [
			drain(database, `a${n}`),
			drain(database, `b${n}`),
		]);

		expect((await Promise.all(drains)).flat().toSorted()).toEqual(ids.toSorted());
	});

	it('does not keep a scheduler waiting for a call that an operator is changing', async () => {
		const [changing, free] = await park(2);
		await operator.query('begin');
		await operator.query('select from fuse.queued_calls where id = $1 for update', [changing]);
		const [database] = databases;

		expect(database && (await claim(database, 'a'))).toEqual([free]);
		await operator.query('rollback');
	});

	it('ends each call once while two schedulers decide and an operator drains', async () => {
		await park(200);
		const [a, b, c] = databases;
		if (!a || !b || !c) return;
		const release = async (database: Database, worker: string) => {
			const ids: string[] = [];
			for (let empty = 0; empty < 20; ) {
				const claimed = await claim(database, worker);
				if (claimed.length === 0) empty += 1;
				const answer = { decision: 'reject', reasons: [] } as const;
				const calls = claimed.map((id) => {
					return { id, outcome: 'rejected', answer, reservationId: null } as const;
				});
				const { lost } = await database.call('record_release', { calls, now: iso(NOON) });
				ids.push(...claimed.filter((id) => lost.every((one) => one.id !== id)));
			}
			return ids.length;
		};
		const answer = { decision: 'reject', reasons: [] } as const;
		const drainSome = async () => {
			await new Promise((resolve) => setTimeout(resolve, 20));
			const by = { tenantId: 'acme', actor: 'key_1', now: iso(NOON) };
			const { drained } = await c.call('drain_calls', { ...by, lane: null, answer });
			return drained;
		};
		const ended = await Promise.all([release(a, 'a'), release(b, 'b'), drainSome()]);

		expect(ended.reduce((sum, count) => sum + count, 0)).toBe(200);
		const { rows } = await operator.query('select state from fuse.queued_calls group by state');
		expect(rows).toEqual([{ state: 'releasing' }]);
	});

	it('run by three replicas releases each call once, in order when room is scarce', async () => {
		const n8n = await startWaitingExecutions();
		const room = new Room();
		const clock = new MovingClock();
		const replicas = databases.map((database) =>
			queueBench({ database, room, clock, timeoutMs: 5000 }),
		);
		const names = Array.from({ length: 200 }, (_, n) => `call-${String(n).padStart(3, '0')}`);
		for (const [n, name] of names.entries()) {
			const lane = n % 2 === 0 ? 'bulk' : 'interactive';
			await replicas[n % 3]?.park({ tenantId: 'acme', lane, resumeUrl: n8n.wait(name) });
			clock.move(1);
		}
		const order: string[] = [];
		room.beforeAnswer = ({ queueId }) => order.push(queueId);
		for (let step = 1; n8n.resumed.length < names.length && step < 60; step++) {
			room.capacity.set('tenant=acme', step * 2000);
			clock.move(1000);
			await Promise.all(replicas.map((replica) => replica.tick()));
		}

		expect(n8n.requests.toSorted()).toEqual(names);
		expect(room.used('tenant=acme')).toBe(20_000);
		const { rows } = await operator.query<{ id: string }>(
			'select id from fuse.queued_calls order by rank_at, id',
		);
		// A call is asked for more than once when it found no room; who got it first is what counts.
		const held = [...room.holds.keys()];
		expect(held.map((id) => id.split('_')[1])).toEqual(rows.map(({ id }) => id.slice(4)));
		await Promise.all(replicas.map((replica) => replica.stop()));
		await n8n.close();
	});

	it('leaves in the audit what an operator did', async () => {
		const [promoted, cancelled, dead] = await park(3);
		const [database] = databases;
		const by = { tenantId: null, actor: 'key_7', now: iso(NOON) };
		const answer = { decision: 'reject', reasons: [] } as const;
		const id = String(promoted);
		await database?.call('promote_call', { ...by, id, lane: 'bulk', aheadMs: 900_000 });
		await database?.call('cancel_call', { ...by, id: String(cancelled), answer });
		await operator.query(
			`update fuse.queued_calls set state = 'dead', outcome = 'rejected', answer = '{}' where id = $1`,
			[dead],
		);
		await database?.call('retry_dead', { ...by, id: String(dead) });
		await operator.query(`update fuse.queued_calls set state = 'dead' where id = $1`, [dead]);
		await database?.call('delete_dead', { ...by, id: String(dead) });
		await database?.call('drain_calls', { ...by, lane: 'bulk', answer });

		const { rows } = await operator.query(
			`select actor, event, tenant_id, detail from fuse.audit_entries where sequence > ${audited} order by sequence`,
		);
		const entry = (event: string, detail: object, tenant: string | null = 'acme') => {
			return { actor: 'key_7', event, tenant_id: tenant, detail };
		};
		expect(rows).toEqual([
			entry('queue.promoted', { queueId: promoted, from: 'standard', to: 'bulk' }),
			entry('queue.cancelled', { queueId: cancelled, lane: 'standard' }),
			entry('deadLetter.retried', { queueId: dead, outcome: 'rejected' }),
			entry('deadLetter.deleted', { queueId: dead, outcome: 'rejected', lastError: null }),
			entry('queue.drained', { lane: 'bulk', drained: 1 }, null),
		]);
	});

	it('claims, lists and sums up 20,000 waiting calls without reading those that are done', async () => {
		await operator.query(
			`insert into fuse.queued_calls (id, tenant_id, lane, ask, shown_url, resume_url, key_id, parked_at, rank_at,
				deadline_at, next_try_at, state, outcome, answer, finished_at)
			select 'que_' || n, 'tenant-' || n % 50, 'bulk', '{}', '', '', '', $1, $1::timestamptz + n * interval '1 ms',
				$2, $1, case when n % 5 = 0 then 'waiting' else 'done' end, case when n % 5 <> 0 then 'allowed' end,
				case when n % 5 <> 0 then '{}'::jsonb end, case when n % 5 <> 0 then $1::timestamptz end
			from generate_series(1, 100000) n`,
			[iso(NOON), iso(NOON + DAY)],
		);
		await operator.query('vacuum analyze fuse.queued_calls');
		const [database] = databases;
		const timed = async (work: () => Promise<unknown> | undefined) => {
			const started = performance.now();
			await work();
			return performance.now() - started;
		};
		const boundsMs = { interactive: 1, standard: 1, bulk: 1 };
		const all = { id: null, tenantId: null, lane: null, afterRank: null, afterId: null };

		const claimed = await timed(() => database && claim(database, 'a'));
		const listed = await timed(() =>
			database?.call('list_calls', { ...all, state: 'waiting', limit: 100 }),
		);
		const summed = await timed(() =>
			database?.call('queue_summary', { tenantId: null, boundsMs, now: iso(NOON + 1000) }),
		);
		// Tens of ms here; a second is a plan that reads everything, on the slowest machine.
		expect(Math.max(claimed, listed, summed)).toBeLessThan(1000);
	});
});

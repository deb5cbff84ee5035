import { hasPostgres, migratedPostgres } from '../test/support/servers/postgresServer.ts';
import type { Figure } from './figure.ts';
import { measureIngest } from './ingestStore.ts';
import { openLoop } from './openLoop.ts';
import { startServiceProcess } from './serviceProcess.ts';
import { meteredCall, meteredCalls } from './usageLoad.ts';

const RATE = 1000;
const SECONDS = 15;
/** V8 goes on optimizing for the first ten to fifteen seconds. */
const WARM_UP_SECONDS = 15;
const ACTIVE_TENANTS = 1000;
/** Ten times as often as by default: some of it falls into every second that is measured. */
const SCORE_EVERY_MS = 1000;

/**
 * Usage to durable: events a second through the pipeline, embedded and on a real Postgres that syncs to disk, beside a bare
 * insert of the same rows; and what a caller of POST /v1/usage waits at 1,000 events a second while tenants are scored.
 */
export async function ingest(): Promise<Figure[]> {
	const embedded = await measureIngest('embedded', undefined);
	const pg = await measurePg();
	return [...embedded, ...pg, ...(await measureAnswers())];
}

async function measurePg(): Promise<Figure[]> {
	if (!hasPostgres()) {
		process.stderr.write('left out: Postgres is not installed here\n');
		return [];
	}
	const server = await migratedPostgres({ durable: true });
	try {
		return await measureIngest('pg', server.url);
	} finally {
		await server.stop();
	}
}

/** The service is a process of its own; the load comes from this one, an event with each request. */
async function measureAnswers(): Promise<Figure[]> {
	const service = await startServiceProcess({ FUSE_SCORE_INTERVAL_MS: String(SCORE_EVERY_MS) });
	try {
		const { key } = service;
		const url = `${service.url}/v1/usage`;
		await fetch(url, {
			method: 'POST',
			headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
			body: JSON.stringify(meteredCalls(ACTIVE_TENANTS, ACTIVE_TENANTS)),
		});
		let sent = 0;
		const body = () => JSON.stringify(meteredCall(sent++, ACTIVE_TENANTS));
		const load = { rate: RATE, seconds: SECONDS, warmUpSeconds: WARM_UP_SECONDS };
		const usage = await openLoop({ method: 'POST', url, key, body }, load);
		if (usage.refused > 0) throw new Error(`${usage.refused} events refused`);
		const alive = { method: 'GET', url: `${service.url}/healthz`, key } as const;
		const floor = await openLoop(alive, { ...load, warmUpSeconds: 1 });
		return [
			{ figure: 'p50_ms', value: usage.p50, unit: 'ms' },
			{ figure: 'p99_ms', value: usage.p99, unit: 'ms' },
			// What this machine and Node add by themselves: the same rate of requests that do nothing.
			{ figure: 'healthz_p99_ms', value: floor.p99, unit: 'ms' },
		];
	} finally {
		await service.stop();
	}
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Pool } from 'pg';
import { createPinoLog } from '../anomaly-service/src/adapters/pino/pinoLog.ts';
import { createPrometheusMetrics } from '../anomaly-service/src/adapters/prometheus/prometheusMetrics.ts';
import { buildCore, type ServiceParts } from '../anomaly-service/src/build.ts';
import { readConfig } from '../anomaly-service/src/config.ts';
import { systemClock } from '../anomaly-service/src/ports/clock.ts';
import { openStores } from '../anomaly-service/src/stores.ts';
import type { UsageEvent } from '../core/usageEvent.ts';
import { percentile, rounded, type Figure } from './figure.ts';
import { meteredCalls } from './usageLoad.ts';

/** As many as one request may bring. */
const BATCH = 1000;
const TENANTS = 100;
/** Batches under way at any time: fewer leave the store idle while this process reads the answer. */
const CALLERS = 4;
const ROUND_MS = 3000;
/** Ours and the floor by turns, so that both see the same machine; the first round warms up. */
const ROUNDS = 5;
/** Share of a batch that was sent before, as after a workflow that was run again. */
const AGAIN = 0.5;

type Store = {
	record(events: UsageEvent[]): Promise<unknown>;
	/** The same rows into a table without an index, by the same connection: what nobody can do faster. */
	floor(rows: string): Promise<unknown>;
	close(): Promise<void>;
};

/** Events a second through the pipeline until they are durable, beside a bare insert of the same rows. */
export async function measureIngest(name: string, url: string | undefined): Promise<Figure[]> {
	const dataDir = await mkdtemp(join(tmpdir(), 'llm-fuse-ingest-'));
	const store = await openStore(dataDir, url);
	try {
		const rates = { ours: [0], floor: [0], again: [0] };
		for (let round = 0; round < ROUNDS; round++) {
			rates.ours.push(await rateOf(() => store.record(meteredCalls(BATCH, TENANTS))));
			rates.floor.push(await rateOf(() => store.floor(bareRows())));
			rates.again.push(await rateOf(resender(store)));
		}
		const measured = (all: number[]) => percentile(all.slice(2), 50);
		const ratios = rates.ours.slice(2).map((rate, i) => rate / (rates.floor[i + 2] ?? NaN));
		return [
			{ figure: `${name}_events_per_second`, value: measured(rates.ours), unit: '1/s' },
			{ figure: `${name}_half_duplicates_per_second`, value: measured(rates.again), unit: '1/s' },
			{ figure: `${name}_bare_inserts_per_second`, value: measured(rates.floor), unit: '1/s' },
			{ figure: `${name}_ratio_vs_bare_insert`, value: percentile(ratios, 50), unit: '1' },
		].map((figure) => ({ ...figure, value: rounded(figure.value) }));
	} finally {
		await store.close();
		await rm(dataDir, { recursive: true });
	}
}

async function rateOf(write: () => Promise<unknown>): Promise<number> {
	const started = performance.now();
	let written = 0;
	const writer = async () => {
		while (performance.now() - started < ROUND_MS) {
			await write();
			written += BATCH;
		}
	};
	await Promise.all(Array.from({ length: CALLERS }, writer));

	return (written * 1000) / (performance.now() - started);
}

function resender(store: Store): () => Promise<unknown> {
	let sent: UsageEvent[] = [];
	return () => {
		const again = sent.slice(0, BATCH * AGAIN);
		sent = meteredCalls(BATCH - again.length, TENANTS);
		return store.record([...again, ...sent]);
	};
}

function bareRows(): string {
	return JSON.stringify(
		meteredCalls(BATCH, TENANTS).map(({ data, ...event }) => ({ ...event, ...data })),
	);
}

async function openStore(dataDir: string, url: string | undefined): Promise<Store> {
	const parts = await openParts(dataDir, url);
	const bare = await openBare(join(dataDir, 'bare'), url);
	await bare.query(BARE_TABLE);

	return {
		record: (events) => parts.pipeline.record(events, Date.now()),
		floor: (rows) => bare.query(BARE_INSERT, [rows]),
		async close() {
			await bare.close();
			await parts.dispatcher.stop();
			await parts.broadcast.close();
			await parts.counters.close();
			await parts.database.close();
		},
	};
}

const BARE_COLUMNS = `specversion text, id text, source text, type text, subject text, time timestamptz, provider text,
	model text, endpoint text, usage jsonb, "latencyMs" float8, "statusCode" integer, "requestId" text, "workflowId" text,
	"nodeName" text, "executionId" text`;
const BARE_TABLE = `create table if not exists bare_events (${BARE_COLUMNS})`;
const BARE_INSERT = `insert into bare_events select * from json_to_recordset($1) as e(${BARE_COLUMNS})`;

/** The parts of a service that nobody talks to over HTTP and that does nothing beside. */
async function openParts(dataDir: string, url: string | undefined): Promise<ServiceParts> {
	const config = readConfig({
		...{ FUSE_DATA_DIR: dataDir, FUSE_LOG_LEVEL: 'error' },
		...(url === undefined ? {} : { DATABASE_URL: url }),
		FUSE_SIGNING_KEY: 'bench-signing-key-of-at-least-32-characters',
	});
	const stores = await openStores(config, {});
	const { metrics } = createPrometheusMetrics();
	const log = createPinoLog(config.logLevel);

	return buildCore({ ...stores, config, clock: systemClock, log, metrics, secretOf: () => '' });
}

async function openBare(dataDir: string, url: string | undefined) {
	if (url === undefined) {
		const db = await PGlite.create({ dataDir });
		const query = (sql: string, values: unknown[] = []) => db.query(sql, values);
		return { query, close: () => db.close() };
	}
	const pool = new Pool({ connectionString: url, max: 1 });
	const query = (sql: string, values: unknown[] = []) => pool.query(sql, values);
	return { query, close: () => pool.end() };
}

import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Database } from '../anomaly-service/src/ports/database.ts';
import { TENANTS_AT_A_TIME } from '../anomaly-service/src/stages/scoreTick.ts';
import { sparseLiteral } from '../anomaly-service/src/stages/sparseVector.ts';
import { MINUTE_MS } from '../core/durations.ts';
import {
	openQueryablePglite,
	type OpenedDatabase,
} from '../test/support/servers/openedDatabase.ts';
import { percentile, rounded, type Figure } from './figure.ts';
import { startScoringServer } from './scoringServer.ts';
import {
	fillHistory,
	fillTenants,
	LiveTenants,
	NOON,
	tenantName,
	vectorsOf,
} from './scoringWorld.ts';

const SIZES = [1000, 10_000, 100_000];
const HEADLINE = 10_000;
/** Tenants with live counters: they take memory, and it is the time of each that counts. */
const LIVE = 2000;
const ROUNDS = 9;
const HISTORY = 1_000_000;

/**
 * Tenants scored per second, one connection and one call at a time, in the portions of the product: from vectors to answers,
 * and with taking the features of live counters. Figures without a suffix are through pg with 10,000 tenants.
 */
export async function scoring(): Promise<Figure[]> {
	const server = await startScoringServer();
	process.stderr.write(`pg: ${server.name}\n`);
	const figures: Figure[] = [
		{ figure: 'pg_is_native_postgres', value: Number(server.isNative), unit: '1' },
	];
	try {
		const { database } = server;
		const rates = new Map<number, number>();
		for (const size of SIZES) {
			await fillTenants(database, size);
			rates.set(size, await tenantsPerSecond(database, size));
		}
		const of = (size: number) => rates.get(size) ?? NaN;
		await fillTenants(database, HEADLINE);
		figures.push(
			perSecond('tenants_per_second', of(HEADLINE)),
			perSecond('tenants_per_second_1k', of(1000)),
			perSecond('tenants_per_second_100k', of(100_000)),
			ratio('time_ratio_100k_vs_1k', of(1000) / of(100_000)),
			...(await cpu(database, server.isNative)),
			...(await withFeatures(database)),
			...(await withHistory(database)),
		);
	} finally {
		await server.stop();
	}
	return [...figures, ...(await embedded())];
}

async function embedded(): Promise<Figure[]> {
	const database = await openQueryablePglite();
	const figures: Figure[] = [];
	try {
		for (const size of SIZES) {
			await fillTenants(database, size);
			const delay = monitorEventLoopDelay({ resolution: 1 });
			delay.enable();
			const rate = await tenantsPerSecond(database, size);
			delay.disable();
			figures.push(perSecond(`embedded_tenants_per_second_${size / 1000}k`, rate));
			if (size === HEADLINE) {
				figures.push({
					...{ figure: 'embedded_longest_block_ms', value: rounded(delay.max / 1e6), unit: 'ms' },
				});
			}
		}
	} finally {
		await database.close();
	}
	return figures;
}

/** The median of some rounds, after one for the caches and compilers. */
async function tenantsPerSecond(database: Database, size: number): Promise<number> {
	const vectors = vectorsOf(size);
	const rates: number[] = [];
	for (let round = 0; round <= ROUNDS; round++) {
		const started = performance.now();
		const scored = await scoreAll(database, vectors);
		if (scored !== size) throw new Error(`${scored} of ${size} scored`);
		if (round > 0) rates.push((size * 1000) / (performance.now() - started));
	}
	return percentile(rates, 50);
}

/** Every tenant once; answers how many have a score. */
async function scoreAll(
	database: Database,
	vectors: readonly (readonly number[])[],
): Promise<number> {
	let scored = 0;
	const at = new Date(NOON).toISOString();
	for (let from = 0; from < vectors.length; from += TENANTS_AT_A_TIME) {
		const some = vectors.slice(from, from + TENANTS_AT_A_TIME);
		const { strengths } = await database.call('score_snapshots', {
			...{ at, space: 'features', versions: some.map(() => 1) },
			tenants: some.map((_, index) => tenantName(from + index)),
			vectors: some.map(sparseLiteral),
		});
		for (const strength of strengths) if (strength !== null) scored += 1;
		await breathe();
	}
	return scored;
}

/** Processor time of each side; that of the server where its processes are on this machine. */
async function cpu(database: OpenedDatabase, isNative: boolean): Promise<Figure[]> {
	const vectors = vectorsOf(HEADLINE);
	const rows = await database.query(
		`select pid from pg_stat_activity where application_name = 'llm-fuse'`,
	);
	const pids = rows.map(({ pid }) => Number(pid));
	const serverBefore = isNative ? ticksOf(pids) : undefined;
	const before = process.cpuUsage();
	for (let round = 0; round < ROUNDS; round++) await scoreAll(database, vectors);
	const { user, system } = process.cpuUsage(before);
	const tenants = ROUNDS * HEADLINE;
	const figures = [figure('client_cpu_us_per_tenant', (user + system) / tenants, 'us')];
	const serverAfter = isNative ? ticksOf(pids) : undefined;
	if (serverBefore !== undefined && serverAfter !== undefined) {
		const us = ((serverAfter - serverBefore) * 10_000) / tenants;
		figures.push(figure('server_cpu_us_per_tenant', us, 'us'));
	}
	return figures;
}

/** Hundredths of a second; undefined where there is no /proc, or the processes are elsewhere. */
function ticksOf(pids: readonly number[]): number | undefined {
	try {
		return pids
			.map((pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [])
			.reduce((sum, fields) => sum + Number(fields[11]) + Number(fields[12]), 0);
	} catch {
		return undefined;
	}
}

/** Counters, features, vectors, distances and keeping what is kept: all that a tick does, a minute apart. */
async function withFeatures(database: OpenedDatabase): Promise<Figure[]> {
	const live = new LiveTenants(database, LIVE);
	const looked: number[] = [];
	const kept: number[] = [];
	for (let round = 1; round <= 2 * ROUNDS; round++) {
		const now = NOON + round * MINUTE_MS;
		live.callAt(now);
		const started = performance.now();
		for (let from = 0; from < LIVE; from += TENANTS_AT_A_TIME) {
			const some = live.names.slice(from, from + TENANTS_AT_A_TIME);
			if (round <= ROUNDS) await live.scorer.look(some, now);
			else await live.scorer.score(some, now);
			await breathe();
		}
		(round <= ROUNDS ? looked : kept).push((LIVE * 1000) / (performance.now() - started));
	}
	return [
		perSecond('tenants_per_second_with_features', percentile(looked, 50)),
		perSecond('tenants_per_second_with_features_and_keeping', percentile(kept, 50)),
	];
}

async function withHistory(database: OpenedDatabase): Promise<Figure[]> {
	const without = await tenantsPerSecond(database, HEADLINE);
	await fillHistory(database, HISTORY);
	const withIt = await tenantsPerSecond(database, HEADLINE);

	return [
		perSecond('tenants_per_second_with_1m_snapshots', withIt),
		ratio('time_ratio_with_history', without / withIt),
	];
}

function perSecond(name: string, value: number): Figure {
	return figure(name, Math.round(value), '1/s');
}

function ratio(name: string, value: number): Figure {
	return figure(name, value, '1');
}

function figure(name: string, value: number, unit: string): Figure {
	return { figure: name, value: rounded(value), unit };
}

import { join } from 'node:path';
import { MemoryCounters } from './adapters/memory/memoryCounters.ts';
import { soleReplica } from './adapters/memory/soleReplica.ts';
import { openPgliteDatabase } from './adapters/pglite/pgliteDatabase.ts';
import { openPgDatabase } from './adapters/postgres/pgDatabase.ts';
import { connectRedis } from './adapters/redis/connect.ts';
import { RedisBroadcast } from './adapters/redis/redisBroadcast.ts';
import { RedisCounters } from './adapters/redis/redisCounters.ts';
import { openSupabaseDatabase } from './adapters/supabase/supabaseDatabase.ts';
import type { Config } from './config.ts';
import type { Broadcast } from './ports/broadcast.ts';
import { systemClock, type Clock } from './ports/clock.ts';
import type { Counters } from './ports/counters.ts';
import type { Database } from './ports/database.ts';

export type Stores = { database: Database; counters: Counters; broadcast: Broadcast };

const MIGRATIONS_DIR = join(import.meta.dirname, '../../supabase/migrations');

/** Opens what the configuration names; without a URL the embedded one, in memory with this image. */
export async function openStores(
	config: Config,
	{ clock, image }: { clock?: Clock | undefined; image?: Blob | undefined },
): Promise<Stores> {
	const database = await openDatabase(config, image);
	try {
		return { database, ...(await openCounters(config, clock)) };
	} catch (error) {
		await database.close();
		throw error;
	}
}

function openDatabase(
	{ dataDir, databaseUrl, supabase }: Config,
	image: Blob | undefined,
): Promise<Database> {
	const migrationsDir = MIGRATIONS_DIR;
	if (databaseUrl !== undefined) {
		return openPgDatabase({ connectionString: databaseUrl, migrationsDir });
	}
	if (supabase !== undefined) return openSupabaseDatabase({ ...supabase, migrationsDir });
	const folder = dataDir === 'memory' ? 'memory' : join(dataDir, 'database');
	return openPgliteDatabase({ dataDir: folder, migrationsDir, image });
}

async function openCounters(
	{ redisUrl }: Config,
	clock: Clock | undefined,
): Promise<Omit<Stores, 'database'>> {
	if (redisUrl === undefined) {
		return { counters: new MemoryCounters(clock ?? systemClock), broadcast: soleReplica() };
	}
	const client = await connectRedis(redisUrl);
	const counters = new RedisCounters({ client, clock });
	const broadcast = await RedisBroadcast.open({ publisher: client, url: redisUrl });
	return { counters, broadcast };
}

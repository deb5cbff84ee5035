import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPgliteDatabase } from '../../anomaly-service/src/adapters/pglite/pgliteDatabase.ts';
import { MIGRATIONS_DIR } from '../support/paths.ts';
import { databaseContract } from './databaseContract.ts';

databaseContract('PGlite', () =>
	openPgliteDatabase({ dataDir: 'memory', migrationsDir: MIGRATIONS_DIR }),
);

describe('migrations', () => {
	it('are applied once: a second start finds its data again', async () => {
		const dataDir = await mkdtemp(join(tmpdir(), 'llm-fuse-'));
		const open = () => openPgliteDatabase({ dataDir, migrationsDir: MIGRATIONS_DIR });
		const first = await open();
		const key = { keyId: 'key_1', name: 'n8n', role: 'read', tenantId: null, keyHash: 'hash' };
		await first.call('create_service_key', { key, actor: 'test', now: new Date(0).toISOString() });
		await first.close();

		const second = await open();
		expect(await second.call('list_service_keys', {})).toMatchObject([{ keyId: 'key_1' }]);
		await second.close();
		await rm(dataDir, { recursive: true });
	}, 30_000);
});

describe('a data folder', () => {
	it('is opened by one process at a time, and taken over from one that is gone', async () => {
		const dataDir = await mkdtemp(join(tmpdir(), 'llm-fuse-'));
		const open = () => openPgliteDatabase({ dataDir, migrationsDir: MIGRATIONS_DIR });

		await writeFile(join(dataDir, 'service.pid'), String(process.ppid));
		await expect(open()).rejects.toThrow(`is in use by process ${process.ppid}`);

		// Beyond the largest process id Linux gives.
		await writeFile(join(dataDir, 'service.pid'), String(2 ** 22 + 1));
		const db = await open();
		await db.close();
		expect(await readdir(dataDir)).not.toContain('service.pid');
		await rm(dataDir, { recursive: true });
	});
});

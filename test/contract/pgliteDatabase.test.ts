import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openPgliteDatabase } from '../../anomaly-service/src/adapters/pglite/pgliteDatabase.ts';
import { MIGRATIONS_DIR, ROOT } from '../support/paths.ts';
import { openMemoryDatabase } from '../support/servers/migratedPglite.ts';
import { databaseContract } from './databaseContract.ts';
import { incidentContract } from './incidentContract.ts';
import { jobContract } from './jobContract.ts';

databaseContract('PGlite', openMemoryDatabase);
incidentContract('PGlite', openMemoryDatabase);
jobContract('PGlite', openMemoryDatabase);

let folder: string;
let dataDir: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'llm-fuse-'));
	dataDir = join(folder, 'database');
});
afterEach(() => rm(folder, { recursive: true }));

const open = (migrationsDir = MIGRATIONS_DIR) => openPgliteDatabase({ dataDir, migrationsDir });

describe('migrations', () => {
	it('are applied once: a second start finds its data again', async () => {
		const first = await open();
		const key = { keyId: 'key_1', name: 'n8n', role: 'read', tenantId: null, keyHash: 'hash' };
		await first.call('create_service_key', { key, actor: 'test', now: new Date(0).toISOString() });
		await first.close();

		const second = await open();
		expect(await second.call('list_service_keys', {})).toMatchObject([{ keyId: 'key_1' }]);
		await second.close();
	});
});

describe('a data folder', () => {
	it('is opened by one at a time, whatever its name, and free again when that one closes it', async () => {
		const alias = join(folder, 'alias');
		const outcomes = await Promise.allSettled([open(), open()]);
		await symlink(dataDir, alias);

		expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
		const byAlias = openPgliteDatabase({ dataDir: alias, migrationsDir: MIGRATIONS_DIR });
		await expect(byAlias).rejects.toThrow('is in use by another process');

		for (const outcome of outcomes) {
			if (outcome.status === 'fulfilled') await outcome.value.close();
		}
		await (await open()).close();
	});

	it('of another process is left alone until that process is gone, however it ended', async () => {
		await (await open()).close();
		const other = await lockInOtherProcess();
		const before = await readdir(dataDir);

		await expect(open()).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' });
		expect(await readdir(dataDir)).toEqual(before);
		expect((await readdir(folder)).sort()).toEqual(['database', 'database.lock']);

		other.kill('SIGKILL');
		await once(other, 'exit');
		await (await open()).close();
	});

	it('is free again when it could not be opened', async () => {
		const migrations = join(folder, 'migrations.txt');
		await writeFile(migrations, '');

		await expect(open(migrations)).rejects.toThrow('ENOTDIR');
		await (await open()).close();
	});
});

async function lockInOtherProcess(): Promise<ChildProcess> {
	const module = join(ROOT, 'anomaly-service/src/adapters/pglite/dataDirLock.ts');
	const script = `
		const { lockDataDir } = await import(${JSON.stringify(pathToFileURL(module).href)});
		globalThis.unlock = await lockDataDir(${JSON.stringify(dataDir)});
		process.stdout.write('locked');
		setInterval(() => undefined, 1000);
	`;
	const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	await once(child.stdout, 'data');
	return child;
}

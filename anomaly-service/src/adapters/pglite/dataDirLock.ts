import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Another live process has this folder open; two at a time would destroy the database. */
export class DataDirInUseError extends Error {
	readonly code = 'DATA_DIR_IN_USE';

	constructor(dataDir: string, processId: number) {
		super(
			`${dataDir} is in use by process ${processId}: one service at a time may open an embedded database`,
		);
	}
}

/**
 * Claims a folder for this process; the answer gives it back. A claim left by a process that is gone is taken over, so
 * a crash needs no cleaning up.
 */
export async function lockDataDir(dataDir: string): Promise<() => Promise<void>> {
	const file = join(dataDir, 'service.pid');
	try {
		await writeFile(file, String(process.pid), { flag: 'wx' });
	} catch (error) {
		if (
			!(typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST')
		) {
			throw error;
		}
		const owner = Number(await readFile(file, 'utf8'));
		if (isAlive(owner)) throw new DataDirInUseError(dataDir, owner);
		await writeFile(file, String(process.pid));
	}
	return () => rm(file, { force: true });
}

/** In a container every process is number 1: our own number in the file is that of an earlier life. */
function isAlive(processId: number): boolean {
	if (!Number.isInteger(processId) || processId <= 0 || processId === process.pid) return false;
	try {
		process.kill(processId, 0);
		return true;
	} catch (error) {
		return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EPERM';
	}
}

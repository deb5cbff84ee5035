import { realpath } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';

/** Another live process has this folder open; two at a time would destroy the database. */
class DataDirInUseError extends Error {
	readonly code = 'DATA_DIR_IN_USE';

	constructor(dataDir: string) {
		super(
			`${dataDir} is in use by another process: one service at a time may open an embedded database`,
		);
	}
}

/** Result code of SQLite: somebody else holds the lock. */
const SQLITE_BUSY = 5;

/**
 * Claims a folder for this process; the answer gives it back. The claim is the operating system's lock on a file beside
 * the folder, which Node reaches through SQLite: it ends with its process, however that ends, so nothing is left to
 * judge stale, and it holds between containers that share the volume, where process ids mean nothing.
 *
 * Beside and not inside, because Postgres opens and closes every file of its folder when it recovers from a crash, and a
 * process that closes a file gives up its locks on it. The empty file stays: to delete a lock is to race for it.
 */
export async function lockDataDir(dataDir: string): Promise<() => void> {
	const lock = new DatabaseSync(`${await realpath(dataDir)}.lock`);
	try {
		// Nothing is ever written, so there is nothing to keep a journal of.
		lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
	} catch (error) {
		lock.close();
		throw isBusy(error) ? new DataDirInUseError(dataDir) : error;
	}
	return () => lock.close();
}

function isBusy(error: unknown): boolean {
	return (
		typeof error === 'object' &&
		error !== null &&
		'errcode' in error &&
		error.errcode === SQLITE_BUSY
	);
}

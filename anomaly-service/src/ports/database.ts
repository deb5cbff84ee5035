import type { DatabaseFunctions } from './databaseFunctions.ts';

/**
 * The database as an API of SQL functions in schema `fuse` (supabase/migrations). No connection, transaction or
 * client type passes this line; each call is one transaction.
 */
export interface Database {
	call<Name extends keyof DatabaseFunctions>(
		name: Name,
		args: DatabaseFunctions[Name]['args'],
	): Promise<DatabaseFunctions[Name]['result']>;
	close(): Promise<void>;
}

/** The store did not answer. Anything else an adapter throws is a defect. */
export class StoreUnavailableError extends Error {
	readonly code = 'STORE_UNAVAILABLE';

	constructor(store: string, cause: unknown) {
		super(`${store} does not answer`, { cause });
	}
}

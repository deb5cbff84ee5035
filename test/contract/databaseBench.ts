import type { Database } from '../../anomaly-service/src/ports/database.ts';

export const NOON = Date.UTC(2026, 9, 14, 12);
export const iso = (at: number) => new Date(at).toISOString();

/** One database for all tests of the enclosing suite: opened before the first, closed after the last. */
export function sharedDatabase(open: () => Promise<Database>): Database {
	let opened: Database | undefined;
	const database = () => {
		if (!opened) throw new Error('the database is open within tests only');
		return opened;
	};
	beforeAll(async () => {
		opened = await open();
	});
	afterAll(() => database().close());

	return {
		call: (name, args) => database().call(name, args),
		close: () => database().close(),
	};
}

/** Tests of a suite share its database and keep apart by tenant. */
export function tenantNames(): () => string {
	let made = 0;
	return () => `tenant-${++made}`;
}

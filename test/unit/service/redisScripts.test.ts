import { loadScripts } from '../../../anomaly-service/src/adapters/redis/scripts.ts';

/**
 * Replicas of two versions run side by side during an update, each with scripts of its own on the same data. Whoever
 * changes one of these has made sure that the other version can read what it writes, or has raised the prefix of the keys.
 */
const PINNED: Record<string, string> = {};

describe('scripts', () => {
	it('are those whose data every replica of this version can read', () => {
		const hashes = Object.entries(loadScripts()).map(([name, { sha }]) => [name, sha]);

		expect(Object.fromEntries(hashes)).toEqual(PINNED);
	});

	it('have no constant, include or comment left unresolved', () => {
		for (const { source } of Object.values(loadScripts())) {
			expect(source).not.toMatch(/---|@include|@define/);
			expect(source.match(/\b[A-Z]{2,}(_[A-Z]+)+\b/g)).toBeNull();
		}
	});
});

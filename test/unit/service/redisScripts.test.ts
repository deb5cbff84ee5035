import { loadScripts } from '../../../anomaly-service/src/adapters/redis/scripts.ts';

/**
 * Replicas of two versions run side by side during an update, each with scripts of its own on the same data. Whoever
 * changes one of these has made sure that the other version can read what it writes, or has raised the prefix of the keys.
 */
const PINNED: Record<string, string> = {
	chill: 'a2d88bf64515d42659e7e07dd9dd18c15dd04f07',
	expire: 'db5f18d13e8508b6fa11213451be21d4e7214a72',
	now: '9ff0112330d96f8ba7d11c9b0c309e3c6361e853',
	plant: 'ed1ee28576e760625cf27b8aaad88c83073adfd0',
	raise: '533142a095f29f0472d0f1b2622cdf3cddcf5616',
	record: 'f347fe8fb2599103da6661edbecbb25986bdd139',
	release: 'b80415ad3e3e15e17faad2ab0df5a43bba9e5d5a',
	renew: '963eb0eef13d195b8156542f8ea20995f9158913',
	reported: '1e611189e0c07a93f0a3b1b8110e29c15da3f9db',
	reserve: 'bbb11c010d415f133f5faae768b60f65a2371028',
	seed: '478c73759d51e07d8c21dd6e7d08b4b107c43bb2',
	settle: 'e52f853f771f847c126aa57f2402b29dd6e33b44',
	startSeed: '48f84e4d884d853e5a9b1520420f8b31ce40424e',
	states: '310383d1e6ae6afbf261fb12a7a54f10ef1dc3e7',
	tidy: '79b4517be390596ab223ff14ac725ef1ccfac4ae',
	tripBreaker: '0e70abef79926a81d5f9096457374d3f21958020',
};

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

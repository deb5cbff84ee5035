import { loadScripts } from '../../../anomaly-service/src/adapters/redis/scripts.ts';

/**
 * Replicas of two versions run side by side during an update, each with scripts of its own on the same data. Whoever
 * changes one of these has made sure that the other version can read what it writes, or has raised the prefix of the keys.
 */
const PINNED: Record<string, string> = {
	chill: 'df3976e9fa342b32e48116ec65a85c27d82b9d62',
	expire: '01a6264d31a681c0cfdbeaaf8110f93e67ebc414',
	now: '9ff0112330d96f8ba7d11c9b0c309e3c6361e853',
	plant: '80cb8441b51f85afe1de53c653a4a4a189a81525',
	raise: '8627f43b6a00e36de5d719a3ba4fb4c45a529f19',
	record: 'c896b94dbfd13f839dcd48aeeb8a22398c4f372b',
	release: '6678a8e33fa77c6bdaef9f9a6555faddec71de56',
	renew: 'cc05326ee08d7f7f03db5b5e57bfdcc1468b9cf2',
	reported: 'a712938427bffe11d8588f13636c7ce03c78e1ee',
	reserve: 'de2972f44250d9d70c034528ad13fb4dba7a4587',
	seed: '6b7c79313d75f6225ae5b67dd6390e2b9215e83f',
	settle: '40f58e1650d992c5ae6dc85785cefbbf1c3221f4',
	startSeed: '8237182fc869bdb015688dde3d5331f35a32ef09',
	states: '004a96c86b42a41da2562a129fabd5e84af31e82',
	tidy: 'bc195a917bdec670b32d173b35332b73a124ea1e',
	tripBreaker: '8e40e636b7fe3992ecd529053e69d2508a585543',
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

import type { Database } from '../../../anomaly-service/src/ports/database.ts';
import { countWhatIsDue } from '../../../anomaly-service/src/stages/countsDue.ts';

const NOW = Date.UTC(2026, 10, 21, 12);

function bench(due: { run: string; tenantIds: string[] }[]) {
	const calls: [name: string, args: object][] = [];
	const database = {
		async call(name: string, args: object) {
			calls.push([name, args]);
			return name === 'counts_due' ? due : { counted: due.length };
		},
	} as unknown as Database;

	return { calls, database };
}

const countedBy = (counted: string[], isThere = true) => ({
	async countChanged(tenantIds: readonly string[]) {
		counted.push(...tenantIds);
		return isThere;
	},
});

describe('use that a killed service changed and did not count', () => {
	const due = [
		{ run: 'one', tenantIds: ['a', 'b'] },
		{ run: 'two', tenantIds: ['b'] },
	];
	const asked = ['counts_due', { before: '2026-11-21T11:59:00.000Z' }];

	it('is counted a minute later, each tenant once', async () => {
		const { calls, database } = bench(due);
		const counted: string[] = [];
		await countWhatIsDue({ database, usageCounter: countedBy(counted) }, NOW);

		expect(counted).toEqual(['a', 'b']);
		expect(calls).toEqual([asked, ['counted', { runs: ['one', 'two'] }]]);
	});

	it('stays due while the counter store does not answer', async () => {
		const { calls, database } = bench(due);
		await countWhatIsDue({ database, usageCounter: countedBy([], false) }, NOW);

		expect(calls).toEqual([asked]);
	});

	it('costs one look when there is none', async () => {
		const { calls, database } = bench([]);
		await countWhatIsDue({ database, usageCounter: countedBy([]) }, NOW);

		expect(calls).toEqual([asked]);
	});
});

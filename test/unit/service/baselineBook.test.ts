import type { Database } from '../../../anomaly-service/src/ports/database.ts';
import type { Log } from '../../../anomaly-service/src/ports/log.ts';
import { BaselineBook } from '../../../anomaly-service/src/stages/baselineBook.ts';
import { emptyLevels } from '../../support/baselines.ts';

it('a baseline that cannot be read leaves its tenant unscored and nobody else', async () => {
	const logged: unknown[] = [];
	const quiet = () => undefined;
	const log: Log = {
		debug: quiet,
		info: quiet,
		warn: quiet,
		error: (fields) => void logged.push(fields),
	};
	const stored = { version: 1, spaces: ['features'], scales: [], changedAt: 1 };
	const page = [
		{ ...stored, tenantId: 'odd', levels: { ratePerMinute: [] } },
		{ ...stored, tenantId: 'plain', levels: emptyLevels() },
	];
	const database = { call: async () => page, close: quiet } as unknown as Database;
	const book = new BaselineBook({ database, log });
	await book.load(Date.UTC(2026, 9, 14));

	expect([book.get('odd'), book.get('plain')?.version]).toEqual([undefined, 1]);
	expect(logged).toMatchObject([{ tenantId: 'odd', version: 1 }]);
});

import { openPgliteDatabase } from '../../anomaly-service/src/adapters/pglite/pgliteDatabase.ts';
import { MIGRATIONS_DIR } from '../support/paths.ts';
import { scoringContract } from './scoringContract.ts';

scoringContract('PGlite', () =>
	openPgliteDatabase({ dataDir: 'memory', migrationsDir: MIGRATIONS_DIR }),
);

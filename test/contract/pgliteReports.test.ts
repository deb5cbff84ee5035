import { openPgliteDatabase } from '../../anomaly-service/src/adapters/pglite/pgliteDatabase.ts';
import { MIGRATIONS_DIR } from '../support/paths.ts';
import { reportContract } from './reportContract.ts';

reportContract('PGlite', () =>
	openPgliteDatabase({ dataDir: 'memory', migrationsDir: MIGRATIONS_DIR }),
);

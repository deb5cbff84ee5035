import { openPgliteDatabase } from '../../anomaly-service/src/adapters/pglite/pgliteDatabase.ts';
import { MIGRATIONS_DIR } from '../support/paths.ts';
import { providerContract } from './providerContract.ts';

providerContract('PGlite', () =>
	openPgliteDatabase({ dataDir: 'memory', migrationsDir: MIGRATIONS_DIR }),
);

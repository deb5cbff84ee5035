import { openPgliteDatabase } from '../../anomaly-service/src/adapters/pglite/pgliteDatabase.ts';
import { MIGRATIONS_DIR } from '../support/paths.ts';
import { reportContract } from './reportContract.ts';
import { spendContract } from './spendContract.ts';

const open = () => openPgliteDatabase({ dataDir: 'memory', migrationsDir: MIGRATIONS_DIR });

reportContract('PGlite', open);
spendContract('PGlite', open);

import { openPgliteDatabase } from '../../anomaly-service/src/adapters/pglite/pgliteDatabase.ts';
import { MIGRATIONS_DIR } from '../support/paths.ts';
import { baselineContract } from './baselineContract.ts';
import { learningContract } from './learningContract.ts';

const open = () => openPgliteDatabase({ dataDir: 'memory', migrationsDir: MIGRATIONS_DIR });

baselineContract('PGlite', open);
learningContract('PGlite', open);

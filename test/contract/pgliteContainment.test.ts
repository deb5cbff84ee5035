import { openPgliteDatabase } from '../../anomaly-service/src/adapters/pglite/pgliteDatabase.ts';
import { MIGRATIONS_DIR } from '../support/paths.ts';
import { containmentContract } from './containmentContract.ts';
import { containmentPolicyContract } from './containmentPolicyContract.ts';

const open = () => openPgliteDatabase({ dataDir: 'memory', migrationsDir: MIGRATIONS_DIR });

containmentContract('PGlite', open);

containmentPolicyContract('PGlite', open);

import { openPgliteDatabase } from '../../anomaly-service/src/adapters/pglite/pgliteDatabase.ts';
import { MIGRATIONS_DIR } from '../support/paths.ts';
import { containmentContract } from './containmentContract.ts';
import { containmentEndsContract } from './containmentEndsContract.ts';
import { containmentPolicyContract } from './containmentPolicyContract.ts';
import { pruneContract } from './pruneContract.ts';

const open = () => openPgliteDatabase({ dataDir: 'memory', migrationsDir: MIGRATIONS_DIR });

containmentContract('PGlite', open);
containmentEndsContract('PGlite', open);
pruneContract('PGlite', open);

containmentPolicyContract('PGlite', open);

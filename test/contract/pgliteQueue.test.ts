import { openPgliteDatabase } from '../../anomaly-service/src/adapters/pglite/pgliteDatabase.ts';
import { MIGRATIONS_DIR } from '../support/paths.ts';
import { queueContract } from './queueContract.ts';
import { queueDeskContract } from './queueDeskContract.ts';

const open = () => openPgliteDatabase({ dataDir: 'memory', migrationsDir: MIGRATIONS_DIR });

queueContract('PGlite', open);
queueDeskContract('PGlite', open);

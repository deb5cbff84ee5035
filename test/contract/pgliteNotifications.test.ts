import { openPgliteDatabase } from '../../anomaly-service/src/adapters/pglite/pgliteDatabase.ts';
import { MIGRATIONS_DIR } from '../support/paths.ts';
import { alertContract } from './alertContract.ts';
import { notificationContract } from './notificationContract.ts';

const open = () => openPgliteDatabase({ dataDir: 'memory', migrationsDir: MIGRATIONS_DIR });

alertContract('PGlite', open);
notificationContract('PGlite', open);

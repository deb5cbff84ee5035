import { openMemoryDatabase } from '../support/servers/migratedPglite.ts';
import { alertContract } from './alertContract.ts';
import { notificationContract } from './notificationContract.ts';

const open = openMemoryDatabase;

alertContract('PGlite', open);
notificationContract('PGlite', open);

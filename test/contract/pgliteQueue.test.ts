import { openMemoryDatabase } from '../support/servers/migratedPglite.ts';
import { queueContract } from './queueContract.ts';
import { queueDeskContract } from './queueDeskContract.ts';

const open = openMemoryDatabase;

queueContract('PGlite', open);
queueDeskContract('PGlite', open);

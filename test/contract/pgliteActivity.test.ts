import { openMemoryDatabase } from '../support/servers/migratedPglite.ts';
import { activityContract } from './activityContract.ts';

activityContract('PGlite', openMemoryDatabase);

import { openMemoryDatabase } from '../support/servers/migratedPglite.ts';
import { reconciliationContract } from './reconciliationContract.ts';

reconciliationContract('PGlite', openMemoryDatabase);

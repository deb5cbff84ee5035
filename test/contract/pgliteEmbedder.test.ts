import { openMemoryDatabase } from '../support/servers/migratedPglite.ts';
import { embedderContract } from './embedderContract.ts';

embedderContract('PGlite', openMemoryDatabase);

import { openMemoryDatabase } from '../support/servers/migratedPglite.ts';
import { commandContract } from './commandContract.ts';

commandContract('PGlite', openMemoryDatabase);

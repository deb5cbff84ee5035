import { openMemoryDatabase } from '../support/servers/migratedPglite.ts';
import { limitsContract } from './limitsContract.ts';

limitsContract('PGlite', openMemoryDatabase);

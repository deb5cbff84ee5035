import { openMemoryDatabase } from '../support/servers/migratedPglite.ts';
import { scoringContract } from './scoringContract.ts';

scoringContract('PGlite', openMemoryDatabase);

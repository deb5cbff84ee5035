import { openMemoryDatabase } from '../support/servers/migratedPglite.ts';
import { baselineContract } from './baselineContract.ts';
import { learningContract } from './learningContract.ts';

const open = openMemoryDatabase;

baselineContract('PGlite', open);
learningContract('PGlite', open);

import { openMemoryDatabase } from '../support/servers/migratedPglite.ts';
import { estimateContract } from './estimateContract.ts';

estimateContract('PGlite', openMemoryDatabase);

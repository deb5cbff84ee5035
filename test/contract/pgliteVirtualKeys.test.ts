import { openMemoryDatabase } from '../support/servers/migratedPglite.ts';
import { virtualKeyContract } from './virtualKeyContract.ts';

virtualKeyContract('PGlite', openMemoryDatabase);

import { openMemoryDatabase } from '../support/servers/migratedPglite.ts';
import { reportContract } from './reportContract.ts';
import { spendContract } from './spendContract.ts';

const open = openMemoryDatabase;

reportContract('PGlite', open);
spendContract('PGlite', open);

import { openMemoryDatabase } from '../support/servers/migratedPglite.ts';
import { backtestContract } from './backtestContract.ts';

backtestContract('PGlite', openMemoryDatabase);

import { openMemoryDatabase } from '../support/servers/migratedPglite.ts';
import { vendorLineContract } from './vendorLineContract.ts';

vendorLineContract('PGlite', openMemoryDatabase);

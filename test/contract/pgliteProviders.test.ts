import { openMemoryDatabase } from '../support/servers/migratedPglite.ts';
import { providerContract } from './providerContract.ts';

providerContract('PGlite', openMemoryDatabase);

import { openQueryablePglite } from '../support/servers/openedDatabase.ts';
import { openMemoryDatabase } from '../support/servers/migratedPglite.ts';
import { goldenInvoiceContract } from './goldenInvoiceContract.ts';
import { priceContract } from './priceContract.ts';

priceContract('PGlite', openMemoryDatabase);
goldenInvoiceContract('PGlite', openQueryablePglite);

import { openPgliteDatabase } from '../../anomaly-service/src/adapters/pglite/pgliteDatabase.ts';
import { MIGRATIONS_DIR } from '../support/paths.ts';
import { openQueryablePglite } from '../support/servers/openedDatabase.ts';
import { goldenInvoiceContract } from './goldenInvoiceContract.ts';
import { priceContract } from './priceContract.ts';

priceContract('PGlite', () =>
	openPgliteDatabase({ dataDir: 'memory', migrationsDir: MIGRATIONS_DIR }),
);
goldenInvoiceContract('PGlite', openQueryablePglite);

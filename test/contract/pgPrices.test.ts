import { openQueryable, openQueryablePg } from '../support/servers/openedDatabase.ts';
import { openPgliteServerDatabase } from '../support/servers/pgliteServer.ts';
import { hasPostgres, migratedPostgres } from '../support/servers/postgresServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import { goldenInvoiceContract } from './goldenInvoiceContract.ts';
import { priceContract } from './priceContract.ts';

priceContract('pg', openPgliteServerDatabase);
goldenInvoiceContract('pg', openQueryablePg);

describeWith('a real Postgres', hasPostgres())('prices in a Postgres of its own', () => {
	const server = suiteServer(migratedPostgres);
	priceContract('pg on a real Postgres', () => server().open());
});

describeWith('a real Postgres', hasPostgres())('invoices in a Postgres of its own', () => {
	const server = suiteServer(migratedPostgres);
	goldenInvoiceContract('pg on a real Postgres', () => openQueryable(server().url));
});

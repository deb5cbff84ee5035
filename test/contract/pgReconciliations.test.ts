import { openPgliteServerDatabase } from '../support/servers/pgliteServer.ts';
import { hasPostgres, migratedPostgres } from '../support/servers/postgresServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import { reconciliationContract } from './reconciliationContract.ts';

reconciliationContract('pg', openPgliteServerDatabase);

describeWith('a real Postgres', hasPostgres())('a Postgres with bills in it', () => {
	const server = suiteServer(migratedPostgres);
	reconciliationContract('pg on a real Postgres', () => server().open());
});

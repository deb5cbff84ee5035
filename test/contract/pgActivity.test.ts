import { openPgliteServerDatabase } from '../support/servers/pgliteServer.ts';
import { hasPostgres, migratedPostgres } from '../support/servers/postgresServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import { activityContract } from './activityContract.ts';

activityContract('pg', openPgliteServerDatabase);

describeWith('a real Postgres', hasPostgres())('recent activity on a real Postgres', () => {
	const server = suiteServer(migratedPostgres);
	activityContract('pg on a real Postgres', () => server().open());
});

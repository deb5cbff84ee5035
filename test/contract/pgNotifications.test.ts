import { openPgliteServerDatabase } from '../support/servers/pgliteServer.ts';
import { hasPostgres, migratedPostgres } from '../support/servers/postgresServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import { alertContract } from './alertContract.ts';
import { notificationContract } from './notificationContract.ts';

alertContract('pg', openPgliteServerDatabase);
notificationContract('pg', openPgliteServerDatabase);

describeWith('a real Postgres', hasPostgres())('a real Postgres', () => {
	const server = suiteServer(migratedPostgres);
	alertContract('pg on a real Postgres', () => server().open());
	notificationContract('pg on a real Postgres', () => server().open());
});

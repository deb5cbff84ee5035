import { openPgliteServerDatabase } from '../support/servers/pgliteServer.ts';
import { hasPostgres, migratedPostgres } from '../support/servers/postgresServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import { commandContract } from './commandContract.ts';

commandContract('pg', openPgliteServerDatabase);

describeWith('a real Postgres', hasPostgres())('commands in a real Postgres', () => {
	const server = suiteServer(migratedPostgres);
	commandContract('pg on a real Postgres', () => server().open());
});

import { openPgliteServerDatabase } from '../support/servers/pgliteServer.ts';
import { hasPostgres, migratedPostgres } from '../support/servers/postgresServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import { containmentContract } from './containmentContract.ts';
import { containmentPolicyContract } from './containmentPolicyContract.ts';

containmentContract('pg', openPgliteServerDatabase);

containmentPolicyContract('pg', openPgliteServerDatabase);

describeWith('a real Postgres', hasPostgres())('containment on a real Postgres', () => {
	const server = suiteServer(migratedPostgres);
	containmentContract('pg on a real Postgres', () => server().open());
	containmentPolicyContract('pg on a real Postgres', () => server().open());
});

import { openPgliteServerDatabase } from '../support/servers/pgliteServer.ts';
import { hasPostgres, migratedPostgres } from '../support/servers/postgresServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import { containmentContract } from './containmentContract.ts';
import { containmentEndsContract } from './containmentEndsContract.ts';
import { containmentPolicyContract } from './containmentPolicyContract.ts';
import { pruneContract } from './pruneContract.ts';

containmentContract('pg', openPgliteServerDatabase);
containmentEndsContract('pg', openPgliteServerDatabase);
pruneContract('pg', openPgliteServerDatabase);

containmentPolicyContract('pg', openPgliteServerDatabase);

describeWith('a real Postgres', hasPostgres())('containment on a real Postgres', () => {
	const server = suiteServer(migratedPostgres);
	containmentContract('pg on a real Postgres', () => server().open());
	containmentEndsContract('pg on a real Postgres', () => server().open());
	pruneContract('pg on a real Postgres', () => server().open());
	containmentPolicyContract('pg on a real Postgres', () => server().open());
});

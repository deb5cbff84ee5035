import { openPgliteServerDatabase } from '../support/servers/pgliteServer.ts';
import { scoringContract } from './scoringContract.ts';

scoringContract('pg', openPgliteServerDatabase);

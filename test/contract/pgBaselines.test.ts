import { openPgliteServerDatabase } from '../support/servers/pgliteServer.ts';
import { baselineContract } from './baselineContract.ts';
import { learningContract } from './learningContract.ts';

baselineContract('pg', openPgliteServerDatabase);
learningContract('pg', openPgliteServerDatabase);

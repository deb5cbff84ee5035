import { openPgliteServerDatabase } from '../support/servers/pgliteServer.ts';
import { embedderContract } from './embedderContract.ts';

embedderContract('pg', openPgliteServerDatabase);

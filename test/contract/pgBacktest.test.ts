import { openPgliteServerDatabase } from '../support/servers/pgliteServer.ts';
import { backtestContract } from './backtestContract.ts';

backtestContract('pg', openPgliteServerDatabase);

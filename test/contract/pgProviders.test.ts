import { openPgliteServerDatabase } from '../support/servers/pgliteServer.ts';
import { providerContract } from './providerContract.ts';

providerContract('pg', openPgliteServerDatabase);

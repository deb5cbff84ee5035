import { openQueryablePglite } from '../support/servers/openedDatabase.ts';
import { auditContract } from './auditContract.ts';

auditContract('PGlite', openQueryablePglite);

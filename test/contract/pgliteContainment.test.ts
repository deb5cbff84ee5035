import { openMemoryDatabase } from '../support/servers/migratedPglite.ts';
import { containmentContract } from './containmentContract.ts';
import { containmentEndsContract } from './containmentEndsContract.ts';
import { containmentPolicyContract } from './containmentPolicyContract.ts';
import { pruneContract } from './pruneContract.ts';

const open = openMemoryDatabase;

containmentContract('PGlite', open);
containmentEndsContract('PGlite', open);
pruneContract('PGlite', open);

containmentPolicyContract('PGlite', open);

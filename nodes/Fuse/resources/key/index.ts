import type { Resource } from '../../shared/operation.ts';
import { create } from './create.ts';
import { getAll } from './getAll.ts';
import { getAllVirtual } from './getAllVirtual.ts';
import { issueVirtual } from './issueVirtual.ts';
import { restoreVirtual } from './restoreVirtual.ts';
import { revoke } from './revoke.ts';
import { revokeVirtual } from './revokeVirtual.ts';
import { rotateVirtual } from './rotateVirtual.ts';

/** Keys of the service, and virtual ones, which customers call with. */
export const key: Resource = {
	value: 'key',
	name: 'Key',
	operations: [
		create,
		getAll,
		getAllVirtual,
		issueVirtual,
		restoreVirtual,
		revoke,
		revokeVirtual,
		rotateVirtual,
	],
};

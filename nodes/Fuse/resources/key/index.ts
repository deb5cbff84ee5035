import type { Resource } from '../../shared/operation.ts';
import { create } from './create.ts';
import { getAll } from './getAll.ts';
import { revoke } from './revoke.ts';

export const key: Resource = {
	value: 'key',
	name: 'Key',
	operations: [create, getAll, revoke],
};

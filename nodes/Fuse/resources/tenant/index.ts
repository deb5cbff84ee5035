import type { Resource } from '../../shared/operation.ts';
import { block } from './block.ts';
import { get } from './get.ts';
import { getAll } from './getAll.ts';
import { getSpend } from './getSpend.ts';
import { getState } from './getState.ts';
import { unblock } from './unblock.ts';
import { update } from './update.ts';

export const tenant: Resource = {
	value: 'tenant',
	name: 'Tenant',
	operations: [block, get, getAll, getSpend, getState, unblock, update],
};

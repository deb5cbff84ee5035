import type { Resource } from '../../shared/operation.ts';
import { create } from './create.ts';
import { deleteLimit } from './delete.ts';
import { get } from './get.ts';
import { getAll } from './getAll.ts';
import { getStatus } from './getStatus.ts';
import { update } from './update.ts';

export const limit: Resource = {
	value: 'limit',
	name: 'Limit',
	operations: [create, deleteLimit, get, getAll, getStatus, update],
};

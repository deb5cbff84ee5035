import type { Resource } from '../../shared/operation.ts';
import { deletePolicy } from './delete.ts';
import { get } from './get.ts';
import { getPlan } from './getPlan.ts';
import { getTargets } from './getTargets.ts';
import { set } from './set.ts';
import { setTargets } from './setTargets.ts';

export const policy: Resource = {
	value: 'policy',
	name: 'Policy',
	operations: [deletePolicy, get, getPlan, getTargets, set, setTargets],
};

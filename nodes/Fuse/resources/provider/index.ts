import type { Resource } from '../../shared/operation.ts';
import { deleteTier } from './delete.ts';
import { get } from './get.ts';
import { getAll } from './getAll.ts';
import { setTier } from './setTier.ts';

export const provider: Resource = {
	value: 'provider',
	name: 'Provider',
	operations: [deleteTier, get, getAll, setTier],
};

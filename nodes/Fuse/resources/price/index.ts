import type { Resource } from '../../shared/operation.ts';
import { deletePrice } from './delete.ts';
import { getAll } from './getAll.ts';
import { lookUp } from './lookUp.ts';
import { reprice } from './reprice.ts';
import { set } from './set.ts';

export const price: Resource = {
	value: 'price',
	name: 'Price',
	operations: [deletePrice, getAll, lookUp, reprice, set],
};

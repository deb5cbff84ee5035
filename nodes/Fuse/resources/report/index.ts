import type { Resource } from '../../shared/operation.ts';
import { getSpend } from './getSpend.ts';
import { getTotal } from './getTotal.ts';

export const report: Resource = {
	value: 'report',
	name: 'Report',
	operations: [getSpend, getTotal],
};

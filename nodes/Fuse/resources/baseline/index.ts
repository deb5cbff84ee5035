import type { Resource } from '../../shared/operation.ts';
import { get } from './get.ts';
import { refresh } from './refresh.ts';

export const baseline: Resource = {
	value: 'baseline',
	name: 'Baseline',
	operations: [get, refresh],
};

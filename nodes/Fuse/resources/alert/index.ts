import type { Resource } from '../../shared/operation.ts';
import { getAll } from './getAll.ts';
import { markAsFine } from './markAsFine.ts';
import { markAsIncident } from './markAsIncident.ts';
import { preview } from './preview.ts';

export const alert: Resource = {
	value: 'alert',
	name: 'Alert',
	operations: [getAll, markAsFine, markAsIncident, preview],
};

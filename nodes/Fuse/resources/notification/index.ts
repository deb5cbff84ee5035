import type { Resource } from '../../shared/operation.ts';
import { claim } from './claim.ts';
import { getAll } from './getAll.ts';
import { report } from './report.ts';
import { retry } from './retry.ts';

export const notification: Resource = {
	value: 'notification',
	name: 'Notification',
	operations: [claim, getAll, report, retry],
};

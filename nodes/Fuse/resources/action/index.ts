import type { Resource } from '../../shared/operation.ts';
import { approve } from './approve.ts';
import { claim } from './claim.ts';
import { decline } from './decline.ts';
import { get } from './get.ts';
import { getAll } from './getAll.ts';
import { report } from './report.ts';
import { retry } from './retry.ts';

export const action: Resource = {
	value: 'action',
	name: 'Action',
	operations: [approve, claim, decline, get, getAll, report, retry],
};

import type { INodeProperties } from 'n8n-workflow';
import { resourceProperties, type Operation, type Resource } from '../shared/operation.ts';
import { action } from './action/index.ts';
import { alert } from './alert/index.ts';
import { audit } from './audit/index.ts';
import { baseline } from './baseline/index.ts';
import { incident } from './incident/index.ts';
import { key } from './key/index.ts';
import { limit } from './limit/index.ts';
import { notification } from './notification/index.ts';
import { policy } from './policy/index.ts';
import { price } from './price/index.ts';
import { provider } from './provider/index.ts';
import { queue } from './queue/index.ts';
import { report } from './report/index.ts';
import { tenant } from './tenant/index.ts';

/** In the order of their names. A new operation is one file and one line in its resource. */
const RESOURCES: readonly Resource[] = [
	action,
	alert,
	audit,
	baseline,
	incident,
	key,
	limit,
	notification,
	policy,
	price,
	provider,
	queue,
	report,
	tenant,
];

const resourceSelect: INodeProperties = {
	displayName: 'Resource',
	name: 'resource',
	type: 'options',
	noDataExpression: true,
	options: RESOURCES.map(({ value, name }) => ({ value, name })),
	default: 'tenant',
};

export const properties: INodeProperties[] = [
	resourceSelect,
	...RESOURCES.flatMap(resourceProperties),
];

export function operationOf(resource: string, operation: string): Operation | undefined {
	return RESOURCES.find(({ value }) => value === resource)?.operations.find(
		({ value }) => value === operation,
	);
}

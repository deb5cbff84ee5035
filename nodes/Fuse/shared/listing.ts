import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { count, flag } from './reading.ts';
import type { Call } from './operation.ts';

/** Return All and Limit, as every Get Many of n8n has them. */
export const listFields: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		displayOptions: { show: { returnAll: [false] } },
	},
];

export const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/** How many rows the user wants at most. */
export function wanted(call: Call): number {
	return flag(call, 'returnAll') ? Infinity : count(call, 'limit', 'Limit');
}

/** The rows with the given fields only, unless the user wants everything. */
export function simplified(
	call: Call,
	rows: IDataObject[],
	fields: readonly string[],
): IDataObject[] {
	if (!flag(call, 'simplify')) return rows;

	return rows.map((row) =>
		Object.fromEntries(Object.entries(row).filter(([name]) => fields.includes(name))),
	);
}

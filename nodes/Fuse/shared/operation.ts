import {
	updateDisplayOptions,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeProperties,
} from 'n8n-workflow';
import type { Service } from '../../shared/service.ts';
import type { Need } from './problems.ts';

/** One operation for one item. */
export type Call = {
	context: IExecuteFunctions;
	service: Service;
	itemIndex: number;
	need: Need;
};

/** One operation, in one file: how it is offered, what it asks for and what it does. */
export type Operation = Offer & (Answering | Filing);

type Offer = {
	value: string;
	name: string;
	/** "Block a tenant": the entry in the list of actions, and what a refusal says the key may not do. */
	action: string;
	description: string;
	/** The smallest role of a service key that may. */
	role: Need['role'];
	fields: INodeProperties[];
};

/** One output item for each answer. */
type Answering = { run(call: Call): Promise<IDataObject[]> };

/** An item with a file. */
type Filing = { runToFile(call: Call): Promise<Answer[]> };

export type Answer = Pick<INodeExecutionData, 'json' | 'binary'>;

export type Resource = {
	value: string;
	name: string;
	/** In the order of their names. */
	operations: readonly [Operation, ...Operation[]];
};

/** The list of operations of a resource and the fields of each, shown for that one only. */
export function resourceProperties({ value: resource, operations }: Resource): INodeProperties[] {
	// The list is in the order of names; what is chosen before anybody looks must change nothing.
	const { value: initial } =
		operations.find(({ value }) => value.startsWith('get')) ??
		operations.find(({ value }) => value === 'search') ??
		operations[0];
	const select: INodeProperties = {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [resource] } },
		options: operations.map(({ value, name, action, description }) => ({
			value,
			name,
			action,
			description,
		})),
		default: initial,
	};
	const fields = operations.flatMap(({ value, fields: own }) =>
		updateDisplayOptions({ show: { resource: [resource], operation: [value] } }, own),
	);

	return [select, ...fields];
}

export function needOf({ action, role }: Operation): Need {
	return { action: action.charAt(0).toLowerCase() + action.slice(1), role };
}

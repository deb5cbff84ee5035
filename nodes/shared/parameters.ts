import {
	NodeOperationError,
	type IExecuteFunctions,
	type ISupplyDataFunctions,
} from 'n8n-workflow';
import { isCount, shown } from '../../core/readers/counts.ts';
import { isRecord, type JsonRecord } from '../../core/readers/reading.ts';

/** The node contexts whose parameters may be read for one item. */
type ItemContext = IExecuteFunctions | ISupplyDataFunctions;

/** A text parameter of one item, trimmed. Numbers are taken as text: ids often come as numbers from a database. */
export function textParameter(context: ItemContext, name: string, itemIndex: number): string {
	const value: unknown = context.getNodeParameter(name, itemIndex, '');

	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

/** A collection parameter of one item; {} when the user added nothing to it. */
export function optionsParameter(
	context: ItemContext,
	name: string,
	itemIndex: number,
): JsonRecord {
	const value: unknown = context.getNodeParameter(name, itemIndex, {});

	return isRecord(value) ? value : {};
}

/** Refuses everything but a whole number ≥ 0, naming the field, the value and its type. */
export function wholeNumber(
	context: ItemContext,
	displayName: string,
	value: unknown,
	itemIndex: number,
): number {
	if (isCount(value)) return value;

	throw new NodeOperationError(
		context.getNode(),
		`${displayName} is ${shown(value)}, expected a whole number ≥ 0`,
		{
			itemIndex,
			description: `Change ${displayName} so that it yields a whole number, not a text.`,
		},
	);
}

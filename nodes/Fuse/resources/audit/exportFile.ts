import { runsAsTool } from '../../../shared/runsAsTool.ts';
import { askFile } from '../../shared/ask.ts';
import { tenantFilter } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, fault, given, instant, text } from '../../shared/reading.ts';

const MIME_TYPES: Record<string, string> = { ndjson: 'application/x-ndjson', csv: 'text/csv' };

export const exportFile: Operation = {
	value: 'export',
	name: 'Export',
	action: 'Export the audit log',
	description: 'Get the entries of a span as a file that can be verified without the service',
	role: 'operate',
	fields: [
		{
			displayName: 'From',
			name: 'from',
			type: 'dateTime',
			default: '',
			description: 'The beginning, in the time zone of the workflow; empty: the first entry',
		},
		{
			displayName: 'To',
			name: 'to',
			type: 'dateTime',
			default: '',
			description: 'The end, itself not within; empty: now',
		},
		{
			displayName: 'Format',
			name: 'format',
			type: 'options',
			default: 'ndjson',
			options: [
				{ name: 'CSV', value: 'csv', description: 'A table, for a spreadsheet' },
				{ name: 'NDJSON', value: 'ndjson', description: 'One JSON object a line' },
			],
		},
		{
			displayName: 'Put Output File in Field',
			name: 'binaryProperty',
			type: 'string',
			required: true,
			default: 'data',
			placeholder: 'e.g. data',
			hint: 'The name of the output binary field to put the file in',
		},
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [tenantFilter],
		},
	],
	async runToFile(call) {
		if (runsAsTool(call.context)) {
			throw fault(
				call,
				'An AI agent cannot take a file',
				'Export in a step of the workflow; Search is there for agents.',
			);
		}
		const format = text(call, 'format');
		const span = {
			from: instant(call, 'From', call.context.getNodeParameter('from', call.itemIndex, '')),
			to: instant(call, 'To', call.context.getNodeParameter('to', call.itemIndex, '')),
		};
		const filters = given(collection(call, 'filters'), ['tenantId']);
		const file = await askFile(call, {
			path: '/v1/audit/export',
			query: { ...filters, ...span, format },
		});
		const { from = null, to = null } = span;
		const day = (from ?? to ?? 'all').slice(0, 'YYYY-MM-DD'.length);
		const fileName = `audit-${day}.${format}`;
		const binary = await call.context.helpers.prepareBinaryData(
			...([file, fileName, MIME_TYPES[format]] as const),
		);

		return [
			{
				json: { fileName, format, from, to, bytes: file.length },
				binary: { [text(call, 'binaryProperty')]: binary },
			},
		];
	},
};

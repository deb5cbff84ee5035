import { askOne, path } from '../../shared/ask.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Call, Operation } from '../../shared/operation.ts';
import { collection, fault, given, id, instant } from '../../shared/reading.ts';

export const createMaintenanceWindow: Operation = {
	value: 'createMaintenanceWindow',
	name: 'Create Maintenance Window',
	action: 'Create a maintenance window',
	description: 'Expect change for a while: behaviour alerts nobody; the spend cap and limits hold',
	role: 'operate',
	fields: [
		tenantLocator(),
		{
			displayName: 'From',
			name: 'from',
			type: 'dateTime',
			required: true,
			default: '',
			description: 'When the change begins; may be in the past',
		},
		{
			displayName: 'To',
			name: 'to',
			type: 'dateTime',
			required: true,
			default: '',
			description: 'When it is over, at most 31 days later',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Learn',
					name: 'learn',
					type: 'boolean',
					default: false,
					description: 'Whether the baseline learns from it: a new normal, not an exception',
				},
				{
					displayName: 'Note',
					name: 'note',
					type: 'string',
					default: '',
					placeholder: 'e.g. Move to another model',
					description: 'Why, for whoever looks at it later',
				},
				{
					displayName: 'Window ID',
					name: 'windowId',
					type: 'string',
					default: '',
					placeholder: 'e.g. release-42',
					description:
						'An ID of your own: a window of that ID is changed in place of making another one',
				},
			],
		},
	],
	async run(call) {
		const tenantId = id(call, 'tenantId', 'Tenant');
		const options = collection(call, 'options');
		const { windowId } = given(options, ['windowId']);
		const body = {
			from: moment(call, 'from', 'From'),
			to: moment(call, 'to', 'To'),
			...given(options, ['note']),
			...(typeof options['learn'] === 'boolean' ? { learn: options['learn'] } : {}),
		};
		const windows = path`/v1/tenants/${tenantId}/maintenance-windows`;

		return [
			windowId === undefined
				? await askOne(call, { method: 'POST', path: windows, body })
				: await askOne(call, { method: 'PUT', path: windows + path`/${windowId}`, body }),
		];
	},
};

function moment(call: Call, name: string, displayName: string): string {
	const given = call.context.getNodeParameter(name, call.itemIndex);
	const read = instant(call, displayName, given);
	if (read !== undefined) return read;

	throw fault(
		call,
		`${displayName} is empty for this item`,
		'Give a date and time. If it is an expression, the field is absent from this item.',
	);
}

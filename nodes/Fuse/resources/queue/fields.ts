import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

export const lanes: INodePropertyOptions[] = [
	{ name: 'Bulk', value: 'bulk', description: 'What is needed one day' },
	{ name: 'Interactive', value: 'interactive', description: 'A person waits' },
	{ name: 'Standard', value: 'standard', description: 'A workflow waits' },
];

/** What becomes of a call, without how it was tried. */
export const SIMPLE_CALL = [
	'queueId',
	'tenantId',
	'lane',
	'state',
	'outcome',
	'reservationId',
	'heldMicroCents',
	'heldUsd',
	'parkedAt',
	'deadlineAt',
	'lastError',
];

/** What may be given up; `rows` is what the service calls a page of them. */
export const DEAD_LETTER_ROWS: Readonly<Record<string, string>> = {
	action: 'actions',
	call: 'calls',
	delivery: 'deliveries',
	notification: 'notifications',
};

export const kindField: INodeProperties = {
	displayName: 'Kind',
	name: 'kind',
	type: 'options',
	default: 'call',
	description: 'What was given up',
	options: [
		{ name: 'Action', value: 'action', description: 'A containment step at a vendor' },
		{ name: 'Call', value: 'call', description: 'Telling a parked call its answer' },
		{ name: 'Delivery', value: 'delivery', description: 'An event for a trigger' },
		{ name: 'Notification', value: 'notification', description: 'A message to people' },
	],
};

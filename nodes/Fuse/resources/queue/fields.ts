import type { INodePropertyOptions } from 'n8n-workflow';

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

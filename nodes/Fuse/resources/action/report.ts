import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { askOne, path } from '../../shared/ask.ts';
import type { Call, Operation } from '../../shared/operation.ts';
import { collection, given, id, instant, json, text } from '../../shared/reading.ts';
import { actionId, attempt, attemptOf } from './fields.ts';

const reportOptions: INodeProperties[] = [
	{
		displayName: 'Detail',
		name: 'detail',
		type: 'string',
		default: '',
		placeholder: 'e.g. Rate limited by the vendor',
		description: 'What a person should know about it',
	},
	{
		displayName: 'HTTP Status',
		name: 'status',
		type: 'number',
		typeOptions: { minValue: 100, maxValue: 599 },
		default: 200,
		description: 'What the vendor answered; 401 and 403 end all attempts',
	},
	{
		displayName: 'Request ID',
		name: 'requestId',
		type: 'string',
		default: '',
		placeholder: 'e.g. req_Q2dYt0vZx3Ka',
		description: 'What the vendor calls the request. Used with HTTP Status.',
	},
	{
		displayName: 'Restore',
		name: 'restore',
		type: 'json',
		default: '{}',
		description: 'The values before the step, enough to undo it. No secrets.',
	},
	{
		displayName: 'Retry After (Ms)',
		name: 'retryAfterMs',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 30000,
		description: 'How long the vendor asked to wait',
	},
	{
		displayName: 'Verified At',
		name: 'verifiedAt',
		type: 'dateTime',
		default: '',
		description: 'When a read at the vendor showed that it is so',
	},
];

export const report: Operation = {
	value: 'report',
	name: 'Report',
	action: 'Report an action',
	description: 'Tell how a step at a vendor ended; the same report again changes nothing',
	role: 'operate',
	fields: [
		actionId,
		attempt,
		{
			displayName: 'Outcome',
			name: 'outcome',
			type: 'options',
			default: 'applied',
			description: 'How it ended',
			options: [
				{ name: 'Already', value: 'already', description: 'It was so before' },
				{ name: 'Applied', value: 'applied', description: 'It was done' },
				{ name: 'Failed', value: 'failed', description: 'It is handed out again later' },
				{ name: 'Not Found', value: 'notFound', description: 'The target does not exist' },
				{ name: 'Unsupported', value: 'unsupported', description: 'The vendor cannot do it' },
			],
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: reportOptions,
		},
	],
	async run(call) {
		const address = path`/v1/actions/${id(call, 'actionId', 'Action ID')}/report`;
		const body = {
			attempt: attemptOf(call),
			outcome: text(call, 'outcome'),
			...optionsOf(call),
		};

		return [await askOne(call, { method: 'POST', path: address, body })];
	},
};

function optionsOf(call: Call): IDataObject {
	const options = collection(call, 'options');
	const { restore, status, retryAfterMs } = options;
	const verifiedAt = instant(call, 'Verified At', options['verifiedAt']);

	return {
		...given(options, ['detail']),
		...(restore === undefined ? {} : { restore: json(call, 'Restore', restore) }),
		...(typeof status === 'number' ? { http: { status, ...given(options, ['requestId']) } } : {}),
		...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}),
		...(verifiedAt === undefined ? {} : { verifiedAt }),
	};
}

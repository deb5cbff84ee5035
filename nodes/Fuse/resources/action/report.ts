import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { askOne, path } from '../../shared/ask.ts';
import { attempt, attemptOf, retryAfterOption, statusOption } from '../../shared/attempts.ts';
import type { Call, Operation } from '../../shared/operation.ts';
import { collection, given, id, instant, json, text } from '../../shared/reading.ts';
import { actionId, detailOption, outcomeField } from './fields.ts';

const reportOptions: INodeProperties[] = [
	detailOption,
	statusOption,
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
	retryAfterOption,
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
		outcomeField('It is handed out again later'),
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

import type { INodeProperties } from 'n8n-workflow';
import { askOne, path } from '../../shared/ask.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Call, Operation } from '../../shared/operation.ts';
import { collection, fault, given, id, instant, text } from '../../shared/reading.ts';

const ALERT = 'Opened At';
const MOMENT = 'Time';

const fields: INodeProperties[] = [
	tenantLocator(),
	{
		displayName: 'Judge',
		name: 'judge',
		type: 'options',
		default: 'alert',
		description: 'What the verdict is about',
		options: [
			{
				name: 'An Alert',
				value: 'alert',
				description: 'All minutes in which the tenant was flagged since the alert opened',
			},
			{
				name: 'A Moment',
				value: 'moment',
				description: 'The snapshot that was kept nearest to a moment',
			},
		],
	},
	{
		displayName: ALERT,
		name: 'openedAt',
		type: 'dateTime',
		required: true,
		default: '',
		description: 'When the alert opened: openedAt of Get Many, or of what the trigger gave',
		displayOptions: { show: { judge: ['alert'] } },
	},
	{
		displayName: MOMENT,
		name: 'at',
		type: 'dateTime',
		required: true,
		default: '',
		description: 'The moment that is judged, at most five minutes from a kept snapshot',
		displayOptions: { show: { judge: ['moment'] } },
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Expires After (Days)',
				name: 'expiresInDays',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: 366 },
				default: 30,
				description: 'For how long the verdict holds',
			},
			{
				displayName: 'Note',
				name: 'note',
				type: 'string',
				default: '',
				placeholder: 'e.g. Newsletter campaign',
				description: 'Why, for whoever looks at it later',
			},
		],
	},
];

type Judgement = Pick<Operation, 'value' | 'name' | 'action' | 'description'> & {
	verdict: 'fine' | 'incident';
};

/** An operation that says what an alert of behaviour was. */
export function judgement({ verdict, ...shown }: Judgement): Operation {
	return {
		...shown,
		role: 'operate',
		fields,
		async run(call) {
			const tenantId = id(call, 'tenantId', 'Tenant');
			const options = collection(call, 'options');
			const { expiresInDays } = options;
			const body = {
				verdict,
				...judged(call),
				...given(options, ['note']),
				...(typeof expiresInDays === 'number' ? { expiresInDays } : {}),
			};

			return [
				await askOne(call, { method: 'POST', path: path`/v1/tenants/${tenantId}/feedback`, body }),
			];
		},
	};
}

function judged(call: Call): { openedAt: string } | { at: string } {
	const isAlert = text(call, 'judge') === 'alert';
	const [name, displayName] = isAlert ? ['openedAt', ALERT] : ['at', MOMENT];
	const moment = instant(call, displayName, call.context.getNodeParameter(name, call.itemIndex));
	if (moment === undefined) {
		throw fault(
			call,
			`${displayName} is empty for this item`,
			'Give a date and time. If it is an expression, the field is absent from this item.',
		);
	}
	return isAlert ? { openedAt: moment } : { at: moment };
}

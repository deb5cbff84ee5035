import type { INodeProperties } from 'n8n-workflow';

export const properties: INodeProperties[] = [
	{
		displayName:
			'Asks the LLM Fuse service before the call. Connect <b>Allowed</b> to the model call and an LLM Fuse Meter after it; <b>Rejected</b> carries the reasons and when to try again.',
		name: 'notice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Tenant ID',
		name: 'tenantId',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. org_98765_alpha',
		description: 'The customer whose budget pays for this item; usually an expression',
	},
	{
		displayName: 'Provider',
		name: 'provider',
		type: 'string',
		default: '',
		placeholder: 'e.g. openai',
		description:
			'Who serves the model: openai, anthropic, gcp.gemini and so on. Give provider and model together; without them no money is held.',
	},
	{
		displayName: 'Model',
		name: 'model',
		type: 'string',
		default: '',
		placeholder: 'e.g. gpt-4o-mini',
		description:
			'The model that will be called, as the provider names it. Without provider and model no money is held, only the limits already reached count.',
	},
	{
		displayName: 'Estimate Input From',
		name: 'estimateFrom',
		type: 'options',
		default: 'promptText',
		description: 'Where the number of input tokens comes from',
		options: [
			{
				name: 'Prompt Text',
				value: 'promptText',
				description: 'Count one token per four characters',
			},
			{
				name: 'Number of Tokens',
				value: 'inputTokens',
				description: 'Give the number yourself',
			},
		],
	},
	{
		displayName: 'Prompt Text',
		name: 'promptText',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		placeholder: 'e.g. {{ $json.question }}',
		description:
			'Everything the model will read. Only its length is used; the text is not sent to the service.',
		displayOptions: { show: { estimateFrom: ['promptText'] } },
	},
	{
		displayName: 'Input Tokens',
		name: 'inputTokens',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 0 },
		default: 0,
		description: 'How many tokens the model will read',
		displayOptions: { show: { estimateFrom: ['inputTokens'] } },
	},
	{
		displayName: 'Max Output Tokens',
		name: 'maxOutputTokens',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 0 },
		default: 0,
		description:
			'With 0 the service estimates the answer by itself. Otherwise the limit you send to the model, such as max_tokens.',
	},
	{
		displayName: 'When Over a Limit',
		name: 'whenOver',
		type: 'options',
		default: 'reject',
		description: 'What happens to an item that a limit has no room for',
		options: [
			{
				name: 'Reject',
				value: 'reject',
				description: 'Send the item to Rejected at once',
			},
			{
				name: 'Wait for Room',
				value: 'wait',
				description: 'Park the execution until there is room, or until the deadline',
			},
		],
	},
	{
		displayName:
			'The execution waits in the database and holds no worker. LLM Fuse has to reach this n8n to wake it, so WEBHOOK_URL must be an address it can call. The node goes on when <b>all</b> of its items are decided: use Loop Over Items with a batch size of 1 to let each go on at its turn.',
		name: 'waitNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { whenOver: ['wait'] } },
	},
	{
		displayName: 'Lane',
		name: 'lane',
		type: 'options',
		default: 'standard',
		description: 'Who goes first when there is room',
		options: [
			{
				name: 'Bulk',
				value: 'bulk',
				description:
					'Nobody waits for it today; leaves a fifth of every limit free in business hours',
			},
			{
				name: 'Interactive',
				value: 'interactive',
				description: 'A person waits for it',
			},
			{
				name: 'Standard',
				value: 'standard',
				description: 'A workflow waits for it',
			},
		],
		displayOptions: { show: { whenOver: ['wait'] } },
	},
	{
		displayName: 'Deadline (Minutes)',
		name: 'deadlineMinutes',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 1440, numberPrecision: 0 },
		default: 60,
		description: 'How long an item may wait before it is rejected',
		displayOptions: { show: { whenOver: ['wait'] } },
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Cached Input Tokens',
				name: 'cachedInputTokens',
				type: 'number',
				typeOptions: { minValue: 0, numberPrecision: 0 },
				default: 0,
				description:
					'How many of the input tokens the provider has in its prompt cache, so that less is held. Left out, the service learns it from earlier calls.',
			},
			{
				displayName: 'Lease (Seconds)',
				name: 'leaseSeconds',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: 3600, numberPrecision: 0 },
				default: 120,
				description:
					'How long the budget stays held. Choose more than the slowest call takes: a lease that runs out is booked as estimated spend.',
			},
			{
				displayName: 'Timeout (Milliseconds)',
				name: 'timeoutMs',
				type: 'number',
				typeOptions: { minValue: 1, numberPrecision: 0 },
				default: 2000,
				description: 'How long to wait for the decision',
			},
			{
				displayName: 'Vendor Key Label',
				name: 'keyId',
				type: 'string',
				default: '',
				placeholder: 'e.g. openai-production',
				description:
					'Which of your vendor keys the call uses, for limits and reports per key. A name, never the key itself.',
			},
			{
				displayName: 'When the Service Is Unavailable',
				name: 'whenUnavailable',
				type: 'options',
				default: 'reject',
				options: [
					{
						name: 'Continue Unchecked',
						value: 'allow',
						description:
							'Let the item pass unchecked, marked as degraded; a Meter still reports its usage',
					},
					{
						name: 'Fail Closed',
						value: 'reject',
						description: 'Reject the item: spend nothing that nobody counts',
					},
				],
			},
		],
	},
];

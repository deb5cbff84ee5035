import type { INodeProperties, INodePropertyCollection } from 'n8n-workflow';

const retry: INodePropertyCollection = {
	displayName: 'Policy',
	name: 'policy',
	values: [
		{
			displayName: 'First Delay (Ms)',
			name: 'initialDelayMs',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 60000, numberPrecision: 0 },
			default: 1000,
			description:
				'The longest wait before the second attempt; it doubles each time, and a random part of it is waited',
		},
		{
			displayName: 'Max Attempts',
			name: 'maxAttempts',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 10, numberPrecision: 0 },
			default: 3,
			description: 'How often a call is made at most; 1 means no retry',
		},
		{
			displayName: 'Max Time (Seconds)',
			name: 'maxElapsedSeconds',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 600, numberPrecision: 0 },
			default: 60,
			description: 'No new attempt starts later than this after the first one',
		},
	],
};

export const properties: INodeProperties[] = [
	{
		displayName:
			'Connect a chat model to this node, and this node to an AI Agent or chain. A <b>Fallback Model</b> needs an LLM Fuse Model of its own, or it bypasses the budget.',
		name: 'notice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Tenant ID',
		name: 'tenantId',
		type: 'string',
		default: '',
		placeholder: 'e.g. org_98765_alpha',
		description:
			'The customer whose budget pays. Read for the first item only: with several tenants in one run, add Tracing Metadata with the key tenant to the AI Agent instead.',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Endpoint',
				name: 'endpoint',
				type: 'string',
				default: '',
				placeholder: 'e.g. api.openai.com/v1/chat/completions',
				description:
					'Host and path named in the alert when these calls misbehave. Leave empty to take it from the model.',
			},
			{
				displayName: 'Lease (Seconds)',
				name: 'leaseSeconds',
				type: 'number',
				typeOptions: { minValue: 5, maxValue: 3600, numberPrecision: 0 },
				default: 120,
				description:
					'How long the budget of a call stays held. It is renewed while the call is under way; when n8n dies, it is booked as estimated spend.',
			},
			{
				displayName: 'Max Output Tokens',
				name: 'maxOutputTokens',
				type: 'number',
				typeOptions: { minValue: 0, numberPrecision: 0 },
				default: 0,
				description:
					'The most a call is expected to write. With 0 the limit set in the model counts, if any.',
			},
			{
				displayName: 'Max Wait for Room (Seconds)',
				name: 'maxWaitSeconds',
				type: 'number',
				typeOptions: { minValue: 0, maxValue: 60, numberPrecision: 0 },
				default: 30,
				description:
					'How long a call waits when there will be room soon. The execution stays busy meanwhile; use an LLM Fuse Gate to park it for longer.',
			},
			{
				displayName: 'Provider',
				name: 'provider',
				type: 'string',
				default: '',
				placeholder: 'e.g. openai',
				description:
					'Who serves the model, for its prices and limits. Leave empty to take it from the model.',
			},
			{
				displayName: 'Report Later For (Minutes)',
				name: 'reportMinutes',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: 1440, numberPrecision: 0 },
				default: 60,
				description:
					'For how long usage that could not be recorded is sent again in the background. A restart of n8n ends it.',
			},
			{
				displayName: 'Response Cache (Minutes)',
				name: 'cacheMinutes',
				type: 'number',
				typeOptions: { minValue: 0, maxValue: 1440, numberPrecision: 0 },
				default: 0,
				description:
					'How long the answer to exactly the same call of the same tenant is used again, without a call and without cost. It is kept in the memory of this n8n process; 0 keeps nothing.',
			},
			{
				displayName: 'Retry',
				name: 'retry',
				type: 'fixedCollection',
				placeholder: 'Set Retry Policy',
				default: {},
				description:
					"When the provider is overloaded or limits the rate. It replaces the model's own Max Retries, so that every attempt is asked for and recorded.",
				options: [retry],
			},
			{
				displayName: 'Tenant Metadata Key',
				name: 'tenantKey',
				type: 'string',
				default: 'tenant',
				placeholder: 'e.g. tenant',
				description:
					'The key of the Tracing Metadata of the AI Agent that names the tenant; tenantId and tenant_id are understood as well',
			},
			{
				displayName: 'Timeout (Milliseconds)',
				name: 'timeoutMs',
				type: 'number',
				typeOptions: { minValue: 1, numberPrecision: 0 },
				default: 2000,
				description: 'How long to wait for the decision of the service',
			},
			{
				displayName: 'Vendor Key Label',
				name: 'keyId',
				type: 'string',
				default: '',
				placeholder: 'e.g. openai-production',
				description:
					'ID or label of the vendor key that the model uses, for limits and reports by key. Never the key itself.',
			},
			{
				displayName: 'When the Service Is Unavailable',
				name: 'whenUnavailable',
				type: 'options',
				default: 'failClosed',
				options: [
					{
						name: 'Continue and Report Later',
						value: 'reportLater',
						description: 'Make the call unchecked, marked as degraded, and report its usage later',
					},
					{
						name: 'Fail Closed',
						value: 'failClosed',
						description: 'Make no call that nobody counts',
					},
				],
			},
		],
	},
];

import type { INodeProperties } from 'n8n-workflow';

export const properties: INodeProperties[] = [
	{
		displayName: 'Usage From',
		name: 'usageFrom',
		type: 'options',
		default: 'response',
		description: 'Where the token counts come from',
		options: [
			{
				name: 'Numbers',
				value: 'numbers',
				description: 'Give the token counts yourself',
			},
			{
				name: 'Response',
				value: 'response',
				description: "Read the counts out of the vendor's response",
			},
			{
				name: 'Text',
				value: 'text',
				description: 'Estimate from the length of prompt and answer, for nodes that hide the usage',
			},
		],
	},
	{
		displayName: 'Response',
		name: 'response',
		type: 'json',
		default: '={{ $json }}',
		required: true,
		description:
			'The whole answer of the vendor. OpenAI, Anthropic, Gemini, Bedrock, Mistral, Cohere, DeepSeek, xAI, Groq, OpenRouter, Ollama and whoever speaks their formats are recognized by themselves, as are AWS and Twilio records. With the full response of an HTTP Request node the vendor’s rate limits are read as well.',
		displayOptions: { show: { usageFrom: ['response'] } },
	},
	...count(
		'Input Tokens',
		'inputTokens',
		'Tokens the model read for the full price, without those from the cache',
	),
	...count(
		'Cache Read Tokens',
		'cacheReadTokens',
		'Tokens read from the prompt cache; not part of Input Tokens',
	),
	...count(
		'Cache Write Tokens',
		'cacheWriteTokens',
		'Tokens written to the prompt cache; not part of Input Tokens',
	),
	...count('Output Tokens', 'outputTokens', 'Tokens the model wrote, reasoning included'),
	{
		displayName: 'Prompt Text',
		name: 'promptText',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		placeholder: 'e.g. {{ $json.question }}',
		description:
			'Everything the model read. Only its length is used; the text is not sent to the service.',
		displayOptions: { show: { usageFrom: ['text'] } },
	},
	{
		displayName: 'Answer Text',
		name: 'answerText',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		placeholder: 'e.g. {{ $json.output }}',
		description:
			'What the model wrote. Only its length is used; the text is not sent to the service.',
		displayOptions: { show: { usageFrom: ['text'] } },
	},
	{
		displayName: 'Tenant ID',
		name: 'tenantId',
		type: 'string',
		default: '',
		placeholder: 'e.g. org_98765_alpha',
		description: 'Who pays. Leave empty to take the tenant of the nearest Gate before this node.',
	},
	{
		displayName: 'Provider',
		name: 'provider',
		type: 'string',
		default: '',
		placeholder: 'e.g. openai',
		description:
			'Who served the call. Leave empty to take it from the Gate or the response; set it for a vendor that answers in the format of OpenAI.',
	},
	{
		displayName: 'Model',
		name: 'model',
		type: 'string',
		default: '',
		placeholder: 'e.g. gpt-4o-mini',
		description: 'The model that answered. Leave empty to take it from the response or the Gate.',
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
				description: 'Host and path that was called; named in the alert when this call misbehaves',
			},
			{
				displayName: 'Latency (Milliseconds)',
				name: 'latencyMs',
				type: 'number',
				typeOptions: { minValue: 0, numberPrecision: 0 },
				default: 0,
				description: 'How long the call took',
			},
			{
				displayName: 'Report Later For (Minutes)',
				name: 'reportForMinutes',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: 1440, numberPrecision: 0 },
				default: 60,
				description:
					'With Continue and Report Later: for how long the report is sent again in the background. A restart of n8n ends it.',
			},
			{
				displayName: 'Reservation ID',
				name: 'reservationId',
				type: 'string',
				default: '',
				placeholder: 'e.g. rsv_6f0c…',
				description:
					'The reservation this usage settles, when it is not that of the nearest Gate; a Gate gives it as fuse.reservationId',
			},
			{
				displayName: 'Status Code',
				name: 'statusCode',
				type: 'number',
				typeOptions: { minValue: 100, maxValue: 599, numberPrecision: 0 },
				default: 200,
				description: 'The HTTP status of the call, when the response does not carry it',
			},
			{
				displayName: 'Timeout (Milliseconds)',
				name: 'timeoutMs',
				type: 'number',
				typeOptions: { minValue: 1, numberPrecision: 0 },
				default: 10000,
				description: 'How long to wait for the service',
			},
			{
				displayName: 'Vendor Key Label',
				name: 'keyId',
				type: 'string',
				default: '',
				placeholder: 'e.g. openai-production',
				description:
					'Which of your vendor keys the call used, for limits and reports per key. A name, never the key itself. Leave out to take it from the Gate.',
			},
			{
				displayName: 'When the Service Is Unavailable',
				name: 'whenUnavailable',
				type: 'options',
				default: 'stop',
				options: [
					{
						name: 'Continue and Report Later',
						value: 'continue',
						description:
							'Pass the item on with recorded: false and report in the background until the service is back. What a Gate held is booked as an estimate if its lease ends before.',
					},
					{
						name: 'Fail Closed',
						value: 'stop',
						description: 'Stop with an error. Retry On Fail is safe: usage is counted once.',
					},
				],
			},
		],
	},
];

function count(displayName: string, name: string, description: string): INodeProperties[] {
	return [
		{
			displayName,
			name,
			type: 'number',
			typeOptions: { minValue: 0, numberPrecision: 0 },
			default: 0,
			description,
			displayOptions: { show: { usageFrom: ['numbers'] } },
		},
	];
}

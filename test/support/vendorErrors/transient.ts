import { cases, NOW, type Row } from './cases.ts';
import {
	openAi,
	wholeBody,
	anthropic,
	gemini,
	vertex,
	bedrock,
	mistral,
	cohere,
	ollama,
	quotaFailure,
	retryInfo,
	connection,
	named,
} from './thrown.ts';

const WAIT: Row[] = [
	[
		'OpenAI',
		'rate_limit_exceeded, in seconds',
		openAi(
			{ type: 'tokens', code: 'rate_limit_exceeded' },
			{ status: 429, headers: { 'retry-after': '20' } },
		),
		'rateLimited',
		20_000,
	],
	[
		'OpenAI',
		'rate_limit_exceeded, with a reset of 6m0s',
		openAi(
			{ type: 'requests', code: 'rate_limit_exceeded' },
			{
				status: 429,
				headers: { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '6m0s' },
			},
		),
		'rateLimited',
		360_000,
	],
	[
		'OpenAI',
		'rate_limit_exceeded, in its message',
		openAi(
			{
				message: 'Rate limit reached on RPD. Please try again in 8.64s. Visit …',
				code: 'rate_limit_exceeded',
			},
			{ status: 429 },
		),
		'rateLimited',
		8640,
	],
	['OpenAI', 'slow_down', openAi({ code: 'slow_down' }, { status: 503 }), 'rateLimited'],
	[
		'Azure',
		'429 in milliseconds',
		openAi({ code: '429' }, { status: 429, headers: { 'retry-after-ms': '695' } }),
		'rateLimited',
		695,
	],
	[
		'Anthropic',
		'rate_limit_error with a date',
		anthropic(
			{ type: 'rate_limit_error' },
			{ status: 429, headers: { 'retry-after': 'Wed, 14 Oct 2026 12:00:30 GMT' } },
		),
		'rateLimited',
		30_000,
	],
	[
		'Gemini',
		'a quota per minute, though it speaks of billing',
		gemini(429, 'You exceeded your current quota, please check your plan and billing details.', [
			quotaFailure('GenerateRequestsPerMinutePerProjectPerModel'),
			retryInfo('46s'),
		]),
		'rateLimited',
		46_000,
	],
	[
		'Vertex',
		'RESOURCE_EXHAUSTED with RetryInfo in the message',
		vertex(429, {
			error: { code: 429, status: 'RESOURCE_EXHAUSTED', details: [retryInfo('1.5s')] },
		}),
		'rateLimited',
		1500,
	],
	['Bedrock', 'ThrottlingException', bedrock('ThrottlingException', 429), 'rateLimited'],
	['Bedrock', 'ModelNotReadyException', bedrock('ModelNotReadyException', 429), 'rateLimited'],
	['Mistral', '429', mistral(429, { message: 'Requests rate limit exceeded' }), 'rateLimited'],
	[
		'Cohere',
		'its limit per minute',
		cohere(429, 'limited to 20 API calls / minute'),
		'rateLimited',
	],
	[
		'Groq',
		'tokens of the day, which refill all the time',
		wholeBody(
			{ message: 'Limit 100000, try again in 7m12s', code: 'rate_limit_exceeded' },
			{ status: 429, headers: { 'retry-after': '432' } },
		),
		'rateLimited',
		432_000,
	],
	['xAI', '429', openAi({ error: 'Too many requests' }, { status: 429 }), 'rateLimited'],
	['DeepSeek', '429', openAi({ type: 'unknown_error' }, { status: 429 }), 'rateLimited'],
	[
		'OpenRouter',
		'429 with the reset in epoch ms in the body',
		openAi(
			{
				code: 429,
				metadata: {
					headers: { 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': `${NOW + 9000}` },
				},
			},
			{ status: 429 },
		),
		'rateLimited',
		9000,
	],
	[
		'OpenRouter',
		'402 because of calls under way',
		openAi(
			{ code: 402, metadata: { limit_source: 'openrouter_in_flight_budget' } },
			{ status: 402, headers: { 'retry-after': '3' } },
		),
		'rateLimited',
		3000,
	],
];

const BACK_OFF: Row[] = [
	['OpenAI', '408', openAi({}, { status: 408 }), 'timeout'],
	['OpenAI', '409', openAi({}, { status: 409 }), 'serverError'],
	['OpenAI', '500', openAi({ type: 'server_error' }, { status: 500 }), 'serverError'],
	['a proxy', '502 with a page', openAi({}, { status: 502 }), 'serverError'],
	['OpenAI', '503', openAi({}, { status: 503 }), 'overloaded'],
	['Anthropic', 'timeout_error', anthropic({ type: 'timeout_error' }, { status: 504 }), 'timeout'],
	[
		'Anthropic',
		'overloaded_error',
		anthropic({ type: 'overloaded_error' }, { status: 529, headers: { 'x-should-retry': 'true' } }),
		'overloaded',
	],
	['Anthropic', 'api_error', anthropic({ type: 'api_error' }, { status: 500 }), 'serverError'],
	['Gemini', 'UNAVAILABLE', gemini(503, 'The model is overloaded.'), 'overloaded'],
	['Bedrock', 'ModelErrorException', bedrock('ModelErrorException', 424), 'serverError'],
	['Bedrock', 'ModelTimeoutException', bedrock('ModelTimeoutException', 408), 'timeout'],
	['Bedrock', 'ServiceUnavailable', bedrock('ServiceUnavailableException', 503), 'overloaded'],
	['Ollama', 'a full queue', ollama(503, 'server busy, please try again'), 'overloaded'],
	[
		'OpenRouter',
		'502',
		openAi({ code: 502, message: 'Provider returned error' }, { status: 502 }),
		'serverError',
	],
	['DeepSeek', '503', openAi({}, { status: 503 }), 'overloaded'],
	['Mistral', '500', mistral(500, { message: 'Service unavailable.' }), 'serverError'],
];

const UNANSWERED: Row[] = [
	['undici', 'ECONNRESET', connection('ECONNRESET'), 'network'],
	['Node', 'ECONNREFUSED', Object.assign(new Error(), { code: 'ECONNREFUSED' }), 'network'],
	['undici', 'a stream that broke off', new TypeError('terminated'), 'network'],
	['undici', 'UND_ERR_HEADERS_TIMEOUT', connection('UND_ERR_HEADERS_TIMEOUT'), 'timeout'],
	['axios', 'ECONNABORTED', Object.assign(new Error(), { code: 'ECONNABORTED' }), 'timeout'],
	['LangChain', 'a timeout', named('TimeoutError', 'Request timed out.'), 'timeout'],
	[
		'LangChain',
		'a timeout that aborted the request',
		new Error('x', { cause: named('TimeoutError') }),
		'timeout',
	],
	[
		'Anthropic',
		'overloaded_error within a stream',
		anthropic({ type: 'overloaded_error' }, {}),
		'overloaded',
	],
	['OpenRouter', '502 within a stream', openAi({ code: 502, message: 'x' }, {}), 'serverError'],
	['OpenAI', 'server_error within a stream', openAi({ type: 'server_error' }, {}), 'serverError'],
];

export const TRANSIENT = cases([...WAIT, ...BACK_OFF]);
export const WITHOUT_ANSWER = cases(UNANSWERED);

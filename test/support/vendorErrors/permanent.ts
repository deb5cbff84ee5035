import { cases, NOW, type Row } from './cases.ts';
import {
	openAi,
	wholeBody,
	anthropic,
	gemini,
	bedrock,
	mistral,
	cohere,
	ollama,
	quotaFailure,
	retryInfo,
	connection,
	named,
} from './thrown.ts';

const MIDNIGHT_PACIFIC = Date.UTC(2026, 9, 15, 7);
const HOUR = 3_600_000;

const MONEY_GONE: Row[] = [
	...[
		...['insufficient_quota', 'credit_balance_exhausted', 'organization_spend_limit_exceeded'],
		...['project_spend_limit_exceeded', 'organization_usage_limit_exceeded'],
	].map((code): Row => {
		const error = openAi(
			{ code, type: 'insufficient_quota' },
			{ status: 429, headers: { 'retry-after': '5' } },
		);
		return ['OpenAI', code, error, 'quotaExhausted', 5000];
	}),
	[
		'OpenAI',
		'billing_hard_limit_reached',
		openAi({ code: 'billing_hard_limit_reached' }, { status: 400 }),
		'quotaExhausted',
	],
	[
		'Anthropic',
		'enforced_spend_limit_reached',
		anthropic(
			{ type: 'rate_limit_error', details: { error_code: 'enforced_spend_limit_reached' } },
			{ status: 429 },
		),
		'quotaExhausted',
	],
	[
		'Anthropic',
		'a 429 that does not say when to come back',
		anthropic({ type: 'rate_limit_error' }, { status: 429 }),
		'quotaExhausted',
	],
	[
		'Anthropic',
		'its usage limits',
		anthropic(
			{
				type: 'invalid_request_error',
				message:
					'You have reached your specified workspace API usage limits. You will regain access on 2026-10-14 at 13:00 UTC.',
			},
			{ status: 400 },
		),
		'quotaExhausted',
		HOUR,
	],
	[
		'Anthropic',
		'billing_error',
		anthropic({ type: 'billing_error' }, { status: 402 }),
		'quotaExhausted',
	],
	[
		'Anthropic',
		'a low balance',
		anthropic(
			{ type: 'invalid_request_error', message: 'Your credit balance is too low to access' },
			{ status: 400 },
		),
		'quotaExhausted',
	],
	[
		'OpenRouter',
		'402',
		openAi({ code: 402, metadata: { limit_source: 'openrouter_credits' } }, { status: 402 }),
		'quotaExhausted',
	],
	[
		'OpenRouter',
		'a budget',
		openAi(
			{
				...{ code: 403, message: 'Budget limit exceeded' },
				metadata: { limit_source: 'openrouter_key_limit', resets_at: '2026-10-14T13:00:00Z' },
			},
			{ status: 403 },
		),
		'quotaExhausted',
		HOUR,
	],
	[
		'DeepSeek',
		'402',
		openAi({ message: 'Insufficient Balance' }, { status: 402 }),
		'quotaExhausted',
	],
	['Gemini', '402', gemini(402, 'Payment required'), 'quotaExhausted'],
	['Gemini', 'prepaid', gemini(429, 'Your prepayment credits are depleted.'), 'quotaExhausted'],
	[
		'xAI',
		'no credits',
		openAi(
			{
				error:
					'Your team has either used all available credits or reached its monthly spending limit.',
			},
			{ status: 429 },
		),
		'quotaExhausted',
	],
];

const QUOTA_OF_DAYS: Row[] = [
	[
		'Gemini',
		'a quota per day, whose delay of seconds is wrong',
		gemini(429, 'You exceeded your current quota.', [
			quotaFailure('GenerateRequestsPerDayPerProjectPerModel-FreeTier'),
			retryInfo('46s'),
		]),
		'quotaExhausted',
		MIDNIGHT_PACIFIC - NOW,
	],
	[
		'Gemini',
		'a free tier that never recovers',
		gemini(
			429,
			'Quota exceeded for metric: …/generate_content_free_tier_requests, limit: 0, model: x',
		),
		'quotaExhausted',
	],
	[
		'Bedrock',
		'tokens of the day',
		bedrock(
			'ThrottlingException',
			429,
			'Too many tokens per day, please wait before trying again.',
		),
		'quotaExhausted',
	],
	['Cohere', 'a trial key', cohere(429, 'limited to 1000 API calls / month'), 'quotaExhausted'],
];

const REFUSED: Row[] = [
	[
		'OpenAI',
		'context_length_exceeded',
		openAi({ code: 'context_length_exceeded', type: 'invalid_request_error' }, { status: 400 }),
		'contextTooLong',
	],
	[
		'OpenAI',
		'string_too_long',
		openAi({ code: 'string_too_long' }, { status: 400 }),
		'contextTooLong',
	],
	[
		'OpenAI',
		'more than a minute may have',
		openAi(
			{
				code: 'rate_limit_exceeded',
				message: 'Request too large for gpt-4o on tokens per min (TPM)',
			},
			{ status: 429 },
		),
		'contextTooLong',
	],
	[
		'Groq',
		'413',
		wholeBody({ message: 'Request too large for model' }, { status: 413 }),
		'contextTooLong',
	],
	[
		'Anthropic',
		'a long prompt',
		anthropic(
			{ type: 'invalid_request_error', message: 'prompt is too long: 3 > 2' },
			{ status: 400 },
		),
		'contextTooLong',
	],
	[
		'Anthropic',
		'request_too_large',
		anthropic({ type: 'request_too_large' }, { status: 413 }),
		'contextTooLong',
	],
	[
		'Gemini',
		'too many tokens',
		gemini(400, 'The input token count (9) exceeds the maximum'),
		'contextTooLong',
	],
	[
		'Bedrock',
		'a long input',
		bedrock('ValidationException', 400, 'Input is too long for …'),
		'contextTooLong',
	],
	[
		'Mistral',
		'a long prompt',
		mistral(400, { message: 'too large for model with 32768 maximum context length' }),
		'contextTooLong',
	],
	[
		'OpenAI',
		'any other 400',
		openAi({ type: 'invalid_request_error' }, { status: 400 }),
		'invalidRequest',
	],
	['Mistral', '422', mistral(422, { detail: [{ msg: 'field required' }] }), 'invalidRequest'],
	['Bedrock', 'ValidationException', bedrock('ValidationException', 400), 'invalidRequest'],
	['Ollama', '400', ollama(400, 'does not support tools'), 'invalidRequest'],
	[
		'OpenAI',
		'invalid_api_key',
		openAi({ code: 'invalid_api_key' }, { status: 401 }),
		'authentication',
	],
	[
		'Anthropic',
		'authentication_error',
		anthropic({ type: 'authentication_error' }, { status: 401 }),
		'authentication',
	],
	[
		'Gemini',
		'API_KEY_INVALID, a 400',
		gemini(400, 'API key not valid.', [{ reason: 'API_KEY_INVALID' }]),
		'authentication',
	],
	['Cohere', '401', cohere(401, 'invalid api token'), 'authentication'],
	['Bedrock', 'an old token', bedrock('ExpiredTokenException', 403), 'authentication'],
	[
		'Anthropic',
		'permission_error',
		anthropic({ type: 'permission_error' }, { status: 403 }),
		'permission',
	],
	['Bedrock', 'AccessDeniedException', bedrock('AccessDeniedException', 403), 'permission'],
	['xAI', '403', openAi({ error: 'forbidden' }, { status: 403 }), 'permission'],
	['OpenAI', 'model_not_found', openAi({ code: 'model_not_found' }, { status: 404 }), 'notFound'],
	['Ollama', 'no such model', ollama(404, 'model "x" not found, try pulling it first'), 'notFound'],
	['Azure', 'content_filter', openAi({ code: 'content_filter' }, { status: 400 }), 'contentFilter'],
	[
		'Anthropic',
		'its filter',
		anthropic({ message: 'Output blocked by content filtering policy' }, { status: 400 }),
		'contentFilter',
	],
	[
		'OpenRouter',
		'moderation',
		openAi(
			{ code: 403, message: 'Your input was flagged', metadata: { reasons: ['x'] } },
			{ status: 403 },
		),
		'contentFilter',
	],
	['Gemini', 'safety', named('Error', 'Candidate was blocked due to SAFETY'), 'contentFilter'],
];

const STOPPED: Row[] = [
	['LangChain', 'an abort', named('AbortError'), 'cancelled'],
	['fetch', 'an abort', new DOMException('This operation was aborted', 'AbortError'), 'cancelled'],
	['Mistral', 'an abort', new Error('AbortError'), 'cancelled'],
	[
		'axios',
		'a cancel',
		Object.assign(new Error('canceled'), { code: 'ERR_CANCELED' }),
		'cancelled',
	],
	['n8n', 'a stopped execution', named('ManualExecutionCancelledError'), 'cancelled'],
	['TLS', 'a refused certificate', connection('SELF_SIGNED_CERT_IN_CHAIN'), 'network'],
	['a program', 'a fault of its own', new TypeError('x is not a function'), 'unknown'],
	['a program', 'nothing at all', undefined, 'unknown'],
];

export const PERMANENT = cases([...MONEY_GONE, ...QUOTA_OF_DAYS, ...REFUSED]);
export const GIVEN_UP = cases(STOPPED);

import type { VendorErrorKind } from './vendorError.ts';

/** What gives a kind of failure away: codes in lower case, or a sentence where vendors have no code for it. */
export type Sign = { kind: VendorErrorKind; codes: readonly string[]; text?: RegExp };

/**
 * Asked in this order, before the status: a vendor's 429 is a limit that refills, money that is gone, or a prompt that
 * can never pass. More special ones come first, as a body often has a general type beside a special code.
 */
export const SIGNS: readonly Sign[] = [
	{
		// Before `cancelled`: SDKs abort their own request when it takes too long.
		kind: 'timeout',
		codes: ['timeouterror', 'apiconnectiontimeouterror', 'timeout_error'],
		text: /^request timed out/i,
	},
	{
		kind: 'cancelled',
		codes: [
			...['aborterror', 'apiuseraborterror', 'modelaborterror', 'googlegenerativeaiaborterror'],
			...['cancelederror', 'err_canceled', 'manualexecutioncancellederror'],
			...['timeoutexecutioncancellederror', 'systemshutdownexecutioncancellederror'],
		],
		text: /^(?:cancel|aborterror|aborted$|request was aborted|this operation was aborted)/i,
	},
	{
		// OpenRouter: the calls under way would use up the balance; a 402 that comes back.
		kind: 'rateLimited',
		codes: ['openrouter_in_flight_budget', 'in_flight_budget_exhausted'],
	},
	{
		kind: 'quotaExhausted',
		codes: [
			...['insufficient_quota', 'credit_balance_exhausted', 'organization_spend_limit_exceeded'],
			...['project_spend_limit_exceeded', 'organization_usage_limit_exceeded'],
			...['billing_hard_limit_reached', 'billing_not_active', 'billing_error'],
			...['enforced_spend_limit_reached', 'servicequotaexceededexception'],
			...['openrouter_credits', 'openrouter_key_limit', 'openrouter_guardrail_budget'],
			...['openrouter_workspace_budget', 'insufficientquotaerror'],
		],
		// Not "exceeded your current quota": Gemini says so of a minute too.
		text: /credit balance is too low|(?:workspace|specified) API usage limits|insufficient (?:balance|credits)|credits are depleted|used all available credits|have any credits|monthly spending (?:limit|cap)|budget limit exceeded|free_tier[^\n]*limit: 0\b|tokens per day, please wait|free-models-per-day|API calls \/ month/i,
	},
	{
		// "Request too large" is a 429 with the code of a rate limit: more than a whole minute's tokens in one call.
		kind: 'contextTooLong',
		codes: [
			...[
				'context_length_exceeded',
				'string_too_long',
				'request_too_large',
				'contextoverflowerror',
			],
			...['context_overflow', 'max_tokens_exceeded'],
		],
		text: /request too large|prompt is too long|maximum context length|exceeds the context window|input tokens exceed|input is too long|input token count[^\n]*exceeds|too many tokens: total/i,
	},
	{
		kind: 'contentFilter',
		codes: [
			...['content_filter', 'content_policy_violation', 'responsibleaipolicyviolation'],
			...['contentfilterfinishreasonerror', 'googleaisafetyerror', 'cyber_policy'],
		],
		text: /input was flagged|content management policy|content filtering policy|content filters|blocked due to (?:safety|prohibited_content|blocklist|recitation)/i,
	},
	{
		kind: 'authentication',
		codes: [
			...['authentication_error', 'invalid_api_key', 'api_key_invalid', 'unauthenticated'],
			...['unrecognizedclientexception', 'invalidsignatureexception', 'expiredtokenexception'],
			...['incompletesignature', 'invalidclienttokenid', 'model_authentication'],
		],
		text: /API key not valid|incorrect API key/i,
	},
	{
		kind: 'permission',
		codes: ['permission_error', 'permission_denied', 'accessdeniedexception', 'access_denied'],
	},
	{
		kind: 'notFound',
		codes: [
			...['model_not_found', 'not_found_error', 'not_found', 'resourcenotfoundexception'],
			...['deploymentnotfound'],
		],
	},
	{
		kind: 'overloaded',
		codes: ['overloaded_error', 'serviceunavailableexception', 'unavailable'],
	},
	{
		kind: 'timeout',
		codes: ['modeltimeoutexception', 'deadline_exceeded'],
	},
	{
		kind: 'rateLimited',
		codes: [
			...['rate_limit_exceeded', 'slow_down', 'throttlingexception', 'toomanyrequestsexception'],
			...['modelnotreadyexception'],
		],
	},
	{
		kind: 'serverError',
		codes: ['internalserverexception', 'modelerrorexception', 'modelstreamerrorexception'],
	},
];

/** Of those that no status or code of the above tells: types that vendors use for much, and the ways to get no answer. */
export const GENERAL_SIGNS: readonly Sign[] = [
	{ kind: 'rateLimited', codes: ['rate_limit_error', 'resource_exhausted', 'rate_limited'] },
	{ kind: 'invalidRequest', codes: ['invalid_request_error', 'validationexception'] },
	{ kind: 'serverError', codes: ['api_error', 'server_error', 'internal'] },
	{
		kind: 'timeout',
		codes: [
			...['etimedout', 'esockettimedout', 'econnaborted', 'und_err_headers_timeout'],
			...['und_err_body_timeout', 'und_err_connect_timeout'],
		],
	},
	{
		kind: 'network',
		codes: [
			...['apiconnectionerror', 'econnreset', 'econnrefused', 'epipe', 'enotfound', 'eai_again'],
			...['ehostunreach', 'enetunreach', 'enetdown', 'und_err_socket', 'err_network'],
			...['err_stream_premature_close', 'fetcherror'],
		],
		text: /^(?:fetch failed|terminated|socket hang up|connection error|premature close)/im,
	},
];

/** A certificate that is refused will be refused again. */
export const REFUSED_CERTIFICATE = /^(?:cert_|err_tls_|err_ssl_|unable_to_|.*self_signed_cert)/;

/** Vendors' own statuses beside the standard ones: 424 Bedrock's model failed, 524 Cloudflare's timeout, 529 Anthropic. */
const KIND_OF_STATUS: Readonly<Record<number, VendorErrorKind>> = {
	401: 'authentication',
	402: 'quotaExhausted',
	403: 'permission',
	404: 'notFound',
	408: 'timeout',
	// OpenAI's and Anthropic's SDKs retry it: a lock that another request holds.
	409: 'serverError',
	410: 'notFound',
	413: 'contextTooLong',
	424: 'serverError',
	425: 'serverError',
	429: 'rateLimited',
	503: 'overloaded',
	504: 'timeout',
	524: 'timeout',
	529: 'overloaded',
};

export function kindOfStatus(status: number): VendorErrorKind | undefined {
	if (status < 400) return undefined;

	return KIND_OF_STATUS[status] ?? (status < 500 ? 'invalidRequest' : 'serverError');
}

/** Errors in the form in which each SDK throws them. */

type Thrown = { status?: number; headers?: Record<string, string> };

/** As the SDKs of OpenAI, xAI, DeepSeek and OpenRouter throw it: `error` is what the body has under that name. */
export function openAi(body: object, { status, headers = {} }: Thrown): Error {
	return Object.assign(new Error(`${status ?? ''} said no`), {
		...{ status, headers: new Headers(headers), error: body },
		...('code' in body ? { code: body.code } : {}),
		...('type' in body ? { type: body.type } : {}),
	});
}

/** As the SDKs of Anthropic and Groq throw it: `error` is the whole body. */
export function wholeBody(body: object, { status, headers = {} }: Thrown): Error {
	const error = { type: 'error', error: body };

	return Object.assign(new Error(), { status, headers: new Headers(headers), error });
}

export function anthropic(body: object, { status, headers = {} }: Thrown): Error {
	const sent = { 'anthropic-organization-id': 'org', 'request-id': 'req_1', ...headers };

	return wholeBody(body, { ...(status === undefined ? {} : { status }), headers: sent });
}

export function gemini(status: number, message: string, errorDetails?: object[]): Error {
	return Object.assign(new Error(`[GoogleGenerativeAI Error]: [${status} No] ${message}`), {
		...{ status, statusText: 'No', errorDetails },
	});
}

/** As @langchain/google-common throws it: the body is in the message only. */
export function vertex(status: number, body: object): Error {
	const message = `Google request failed with status code ${status}: ${JSON.stringify(body, null, 2)}`;

	return Object.assign(new Error(message), { response: new Response('', { status }) });
}

export function bedrock(name: string, httpStatusCode: number, message = 'said no'): Error {
	const error = Object.assign(new Error(message), { name, $fault: 'client' });

	return Object.assign(error, { $metadata: { httpStatusCode }, $response: { headers: {} } });
}

export function mistral(
	statusCode: number,
	body: object,
	headers: Record<string, string> = {},
): Error {
	return Object.assign(new Error(`API error occurred: Status ${statusCode}`), {
		...{ statusCode, body: JSON.stringify(body), headers: new Headers(headers) },
		...{ rawResponse: new Response('', { status: statusCode }), name: 'MistralError' },
	});
}

export function cohere(statusCode: number, message: string): Error {
	return Object.assign(new Error(`Status code: ${statusCode}`), { statusCode, body: { message } });
}

export function ollama(status_code: number, error: string): Error {
	return Object.assign(new Error(error), { status_code, error, name: 'ResponseError' });
}

export function quotaFailure(quotaId: string): object {
	return { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [{ quotaId }] };
}

export function retryInfo(retryDelay: string): object {
	return { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay };
}

export function connection(code: string): Error {
	const cause = Object.assign(new Error('went wrong'), { code });

	return new Error('Connection error.', { cause: new TypeError('fetch failed', { cause }) });
}

export function named(name: string, message = 'said no'): Error {
	return Object.assign(new Error(message), { name });
}

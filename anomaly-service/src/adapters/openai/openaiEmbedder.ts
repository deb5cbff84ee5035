import { APIError, OpenAI } from 'openai';
import { retryAfterMsOf } from '../../../../core/readers/headerValues.ts';
import { DIMENSIONS } from '../../../../core/behaviour/embedding.ts';
import type { TextEmbedder, TextEmbeddings } from '../../ports/textEmbedder.ts';
import { readAnswer } from './embeddingsAnswer.ts';

export type OpenaiEmbedderOptions = {
	/** `https://api.openai.com/v1`, or any server that speaks its embeddings API. */
	url: string;
	/** Undefined: the server wants none. */
	key: string | undefined;
	model: string;
	/** For the whole request with its retry. */
	timeoutMs: number;
};

/** One failure may be chance; whoever fails twice is asked again in a later tick. */
const MAX_RETRIES = 1;

/**
 * Embeddings by the `openai` package. It asks for DIMENSIONS numbers a vector. A server that does not know `dimensions`
 * is asked without from then on, and longer vectors are cut: what Matryoshka models are trained for; other models lose
 * accuracy by it.
 */
export function createOpenaiEmbedder(options: OpenaiEmbedderOptions): TextEmbedder {
	const { model, timeoutMs } = options;
	const client = clientOf(options);
	let knowsDimensions = true;

	async function ask(texts: readonly string[], signal: AbortSignal): Promise<TextEmbeddings> {
		const dimensions = knowsDimensions ? { dimensions: DIMENSIONS } : {};
		const body = { model, input: [...texts], encoding_format: 'float' as const, ...dimensions };
		try {
			const answer: unknown = await client.embeddings.create(body, { signal });

			return readAnswer(answer, texts.length);
		} catch (error) {
			if (!knowsDimensions || !refusesRequest(error)) return failure(error);
			knowsDimensions = false;
			const plain = await ask(texts, signal);
			// Without it the request is refused as well: it was something else.
			if (plain.outcome === 'failed') knowsDimensions = true;
			return plain;
		}
	}

	return {
		model,
		endpoint: `${options.url.replace(/^https?:\/\//, '').replace(/\/+$/, '')}/embeddings`,
		embed: (texts) => ask(texts, AbortSignal.timeout(timeoutMs)),
	};
}

/** Nothing of the client comes from the environment of the process but what its operator told this service. */
function clientOf({ url, key, timeoutMs }: OpenaiEmbedderOptions): OpenAI {
	return new OpenAI({
		baseURL: url,
		apiKey: key ?? 'none',
		...{ adminAPIKey: null, organization: null, project: null, webhookSecret: null },
		...{ timeout: timeoutMs, maxRetries: MAX_RETRIES, logLevel: 'off' },
		fetch: (input, init) => fetchImpatiently(input, init, timeoutMs),
	});
}

/** The client waits as long as a server asks it to, an hour as well; longer than a request may take it need not begin. */
async function fetchImpatiently(
	input: Parameters<typeof fetch>[0],
	init: Parameters<typeof fetch>[1],
	longestWaitMs: number,
): Promise<Response> {
	const response = await fetch(input, init);
	const waitMs = retryAfterMsOf(Object.fromEntries(response.headers), Date.now()) ?? 0;
	if (response.ok || waitMs < longestWaitMs) return response;
	const { status, statusText } = response;
	const headers = new Headers(response.headers);
	headers.set('x-should-retry', 'false');

	return new Response(response.body, { status, statusText, headers });
}

function refusesRequest(error: unknown): boolean {
	return error instanceof APIError && (error.status === 400 || error.status === 422);
}

function failure(error: unknown): TextEmbeddings {
	const said: VendorWord = error instanceof APIError ? error : NOT_OF_THE_API;
	const { status, headers, code } = said;
	const retryAfterMs =
		headers === undefined
			? undefined
			: retryAfterMsOf(Object.fromEntries(headers.entries()), Date.now());

	return {
		outcome: 'failed',
		reason: status === undefined ? nameOf(error) : `HTTP ${status}${codeText(code)}`,
		mayBeBilled: status === undefined && !isUnreached(error),
		retryAfterMs,
	};
}

type VendorWord = {
	status: number | undefined;
	headers: Headers | undefined;
	code: string | null | undefined;
};

const NOT_OF_THE_API: VendorWord = { status: undefined, headers: undefined, code: undefined };

/** The message of a vendor may repeat a part of the key; its code is a word. */
function codeText(code: string | null | undefined): string {
	return typeof code === 'string' && /^[\w.-]{1,64}$/.test(code) ? ` ${code}` : '';
}

/** `APIConnectionTimeoutError`, `APIUserAbortError`, `SyntaxError`: what went wrong, without what was sent. */
function nameOf(error: unknown): string {
	if (!(error instanceof Error)) return 'unknown';
	const cause = causeCode(error);

	return cause === undefined ? error.constructor.name : `${error.constructor.name} ${cause}`;
}

const UNREACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH']);

function isUnreached(error: unknown): boolean {
	return error instanceof Error && UNREACHED.has(causeCode(error) ?? '');
}

/** The system's word for it, which lies under the client's and under that of fetch. */
function causeCode(error: Error): string | undefined {
	for (let at = error.cause; typeof at === 'object' && at !== null; at = Reflect.get(at, 'cause')) {
		const code: unknown = Reflect.get(at, 'code');
		if (typeof code === 'string') return code;
	}
	return undefined;
}

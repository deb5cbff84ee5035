import { ChatAnthropic } from '@langchain/anthropic';
import { ChatOpenAI } from '@langchain/openai';
import { classifyVendorError } from '../../../../core/readers/vendorErrors.ts';
import { NOW } from '../../../support/vendorErrors/cases.ts';

type Answer = { status: number; error: object; headers?: Record<string, string> };

/** LangChain's own models at the versions of n8n 2.41, with a vendor that always answers this. */
const MODELS = {
	OpenAI: (fetch: typeof globalThis.fetch, timeout?: number) =>
		new ChatOpenAI({
			...{ apiKey: 'key', model: 'gpt-4o', maxRetries: 0, configuration: { fetch } },
			...(timeout === undefined ? {} : { timeout }),
		}),
	Anthropic: (fetch: typeof globalThis.fetch, timeout?: number) =>
		new ChatAnthropic({
			...{ apiKey: 'key', model: 'claude-sonnet-4-5', maxRetries: 0 },
			clientOptions: { fetch, ...(timeout === undefined ? {} : { timeout }) },
		}),
};

const VENDORS = ['OpenAI', 'Anthropic'] as const;

function answering({ status, error, headers = {} }: Answer): typeof fetch {
	return async () => Response.json({ type: 'error', error }, { status, headers });
}

/** Gives no answer before it is aborted. */
const silent: typeof fetch = async (_url, init) =>
	new Promise((_resolve, reject) => {
		init?.signal?.addEventListener('abort', () => {
			reject(Object.assign(new Error('This operation was aborted'), { name: 'AbortError' }));
		});
	});

const broken: typeof fetch = async () => {
	const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
	throw new TypeError('fetch failed', { cause });
};

async function thrownBy(call: Promise<unknown>): Promise<unknown> {
	return await call.then(
		() => new Error('the call went well'),
		(error: unknown) => error,
	);
}

describe.each(VENDORS)("an error of LangChain's model of %s", (vendor) => {
	const model = MODELS[vendor];

	it('keeps status, wait and headers of a rate limit', async () => {
		const headers = { 'retry-after': '7', 'anthropic-organization-id': 'org' };
		const error = { type: 'rate_limit_error', message: 'Slow down' };
		const call = model(answering({ status: 429, error, headers })).invoke('Hi');

		expect(classifyVendorError(await thrownBy(call), NOW)).toEqual({
			...{ kind: 'rateLimited', isTransient: true, answered: true, status: 429 },
			...{ retryAfterMs: 7000, rateLimitHeaders: { 'retry-after': '7' } },
		});
	});

	it.each([
		['quotaExhausted', { status: 429, error: { code: 'insufficient_quota' } }],
		['quotaExhausted', { status: 402, error: { type: 'billing_error' } }],
		['authentication', { status: 401, error: { type: 'authentication_error' } }],
		['notFound', { status: 404, error: { type: 'not_found_error' } }],
		['contextTooLong', { status: 400, error: { message: 'prompt is too long: 3 > 2' } }],
		['contextTooLong', { status: 400, error: { code: 'context_length_exceeded' } }],
		['invalidRequest', { status: 400, error: { message: 'unknown tool_calls' } }],
	])('says %s of an answer %j, and is not retried', async (kind, answer) => {
		const call = model(answering(answer)).invoke('Hi');

		expect(classifyVendorError(await thrownBy(call), NOW)).toMatchObject({
			...{ kind, isTransient: false, answered: true, status: answer.status },
		});
	});

	it('says overloaded of a 529', async () => {
		const error = { type: 'overloaded_error' };
		const call = model(answering({ status: 529, error })).invoke('Hi');

		expect(classifyVendorError(await thrownBy(call), NOW)).toMatchObject({
			...{ kind: 'overloaded', isTransient: true },
		});
	});

	it('tells a broken connection, a timeout and an abort apart', async () => {
		const controller = new AbortController();
		const calls = [
			model(broken).invoke('Hi'),
			model(silent, 10).invoke('Hi'),
			model(silent).invoke('Hi', { signal: controller.signal }),
		];
		controller.abort();
		const errors = await Promise.all(calls.map(thrownBy));

		expect(errors.map((error) => classifyVendorError(error, NOW).kind)).toEqual([
			...['network', 'timeout', 'cancelled'],
		]);
	});
});

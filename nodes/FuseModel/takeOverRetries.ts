import { isRecord, recordAt, type JsonRecord } from '../../core/readers/reading.ts';
import { isChatModel, type ChatModelLike } from './langchainTypes.ts';

/**
 * Retries below this node would send requests that nobody asked for and nobody counts, so the model's own are turned
 * off and this node retries instead. LangChain keeps the number in the `caller` of the model, and ChatOpenAI in those
 * of the two models it delegates to; ChatMistralAI makes a new caller for each request out of `maxRetries`.
 */
export function takeOverRetries(model: ChatModelLike): void {
	for (const part of [model, ...Object.values(model).filter(isChatModel)]) {
		const caller = part['caller'];
		if (isRecord(caller) && typeof caller['maxRetries'] === 'number') caller['maxRetries'] = 0;
		if ('maxRetries' in part) part['maxRetries'] = 0;
	}
	const client = recordAt(model, 'client');
	stopAws(recordAt(client, 'config'));
	stopCohere(client);
}

/** The AWS SDK makes up to three attempts; its clients ask for their strategy at each request. */
function stopAws(config: JsonRecord): void {
	if (typeof config['retryStrategy'] !== 'function') return;

	const once = {
		mode: 'standard',
		retry: async (next: (args: unknown) => Promise<unknown>, args: unknown) => await next(args),
	};
	config['retryStrategy'] = async () => once;
}

/** Cohere's client makes up to three attempts, unless a request brings another number. */
function stopCohere(client: JsonRecord): void {
	if (typeof client['chatStream'] !== 'function') return;

	for (const name of ['chat', 'chatStream']) {
		const send = client[name];
		if (typeof send !== 'function') continue;
		client[name] = (request: unknown, options: unknown): unknown =>
			send.call(client, request, { ...(isRecord(options) ? options : {}), maxRetries: 0 });
	}
}

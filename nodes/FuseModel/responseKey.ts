import { createHash } from 'node:crypto';
import type { JsonRecord } from '../../core/readers/reading.ts';
import { canonicalJson } from './canonicalJson.ts';
import type { ModelCall } from './langchainTypes.ts';
import type { ModelFacts } from './modelFacts.ts';
import { sentPart } from './sentPart.ts';

/** Fields of a model and options of a call that do not change its answers, or change with each execution. */
const NOT_OF_THE_ANSWER = new Set([
	...['callbacks', 'caller', 'cache', 'metadata', 'tags', 'verbose', 'name', 'lc_serializable'],
	...['lc_namespace', 'lc_kwargs', 'lc_runnable', 'fields', 'maxRetries', 'maxConcurrency'],
	...['timeout', 'promptIndex'],
]);

/**
 * SHA-256, in hex, of all that decides over the answer: whose call it is, whom it goes to, every parameter with the
 * tools, and the messages. Undefined when one of them cannot be written down exactly; the call is not cached then.
 * A hash is all that is kept: no prompt can be read from it.
 */
export function responseKey(
	tenantId: string,
	{ provider, endpoint, model }: ModelFacts,
	call: ModelCall,
): string | undefined {
	const text = canonicalJson([
		...[tenantId, provider, endpoint ?? null, model],
		parametersOf(call),
		plainOf(call.model),
		plainOf(call.options),
		call.messages.map(sentPart),
	]);

	return text === undefined ? undefined : createHash('sha256').update(text).digest('hex');
}

/** What LangChain sends beside the messages, in the vendor's form; a NaN, which has no text, when it does not tell. */
function parametersOf({ model, options }: ModelCall): unknown {
	const tell = model['invocationParams'];
	if (typeof tell !== 'function') return NaN;
	try {
		const parameters: unknown = tell.call(model, options);
		// `undefined` would be lost: a model that tells nothing is not one that has nothing to tell.
		return parameters ?? NaN;
	} catch {
		return NaN;
	}
}

/**
 * What is plain of a model and of a call: some keep temperature and safety settings in their fields alone, and Gemini's
 * takes a schema out of the options that its parameters do not tell. What is not plain (clients, signals) is made of
 * those.
 */
function plainOf(record: JsonRecord): JsonRecord {
	const plain = Object.entries(record).filter(
		([name, value]) => !NOT_OF_THE_ANSWER.has(name) && canonicalJson(value) !== undefined,
	);

	return Object.fromEntries(plain);
}

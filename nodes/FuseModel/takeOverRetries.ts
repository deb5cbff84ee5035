import { isRecord } from '../../core/readers/reading.ts';
import { isChatModel, type ChatModelLike } from './langchainTypes.ts';

/**
 * Retries below this node would send requests that nobody asked for and nobody counts, so the model's own are turned
 * off and this node retries instead. LangChain keeps the number in the `caller` of the model, and ChatOpenAI in those
 * of the two models it delegates to.
 */
export function takeOverRetries(model: ChatModelLike): void {
	for (const part of [model, ...Object.values(model).filter(isChatModel)]) {
		const caller = part['caller'];
		if (isRecord(caller) && typeof caller['maxRetries'] === 'number') caller['maxRetries'] = 0;
	}
}

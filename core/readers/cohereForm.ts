import { NO_USAGE } from '../usage.ts';
import { billedUnits } from './billedUnits.ts';
import { Counts } from './counts.ts';
import type { JsonRecord, RecognizedReading, ResponseFacts } from './reading.ts';

/**
 * What Cohere bills: `billed_units`, which leave out the template tokens that `tokens` counts. Only when they are
 * absent do the tokens count, cached ones among the input.
 */
export function readBilledUnits(
	usage: JsonRecord,
	at: { pointer: string; answerText: string },
	facts: ResponseFacts,
): RecognizedReading {
	const counts = new Counts(usage, at.pointer);
	const billed = 'billed_units' in usage ? 'billed_units' : 'tokens';
	const input = counts.find(billed, 'input_tokens');
	const output = counts.find(billed, 'output_tokens');
	const images = counts.find(billed, 'image_tokens');
	const otherUnits = billedUnits({
		searchUnits: counts.get(billed, 'search_units'),
		classifications: counts.get(billed, 'classifications'),
		inputImage: images ?? 0,
	});
	const cacheRead = billed === 'tokens' ? counts.get('cached_tokens') : 0;
	counts.within(
		'cached_tokens',
		{ name: 'cached_tokens', count: cacheRead },
		{ name: 'input_tokens', count: input ?? 0 },
	);
	if (counts.errors.length > 0) return { outcome: 'inconsistent', facts, errors: counts.errors };

	// A rerank and a classification are billed by the piece alone.
	if (otherUnits === undefined && [input, output, images].every((count) => count === undefined)) {
		return { outcome: 'missing', facts, answerText: at.answerText };
	}
	const inputUncached = (input ?? 0) - cacheRead + (images ?? 0);
	const bought = { ...NO_USAGE, inputUncached, cacheRead, output: output ?? 0 };
	return {
		outcome: 'read',
		facts,
		calls: [{ model: facts.model, usage: bought }],
		costMicroCents: undefined,
		otherUnits,
	};
}

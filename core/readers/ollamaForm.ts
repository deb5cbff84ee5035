import { NO_USAGE } from '../usage.ts';
import { Counts } from './counts.ts';
import { textAt, type JsonRecord, type RecognizedReading } from './reading.ts';

/**
 * Ollama counts at the top of the answer; of a stream only the last line has the counts. `prompt_eval_count` is absent
 * when the whole prompt was still in the model's memory: nothing was evaluated.
 */
export function readOllama(body: JsonRecord, answerText: string, path: string): RecognizedReading {
	const facts = {
		provider: 'ollama',
		spokenByOthers: false,
		model: textAt(body, 'model'),
		endpoint: `localhost:11434/${path}`,
		requestId: undefined,
	};
	const counts = new Counts(body, '');
	const input = counts.find('prompt_eval_count');
	const output = counts.find('eval_count');
	if (counts.errors.length > 0) return { outcome: 'inconsistent', facts, errors: counts.errors };
	if (input === undefined && output === undefined) return { outcome: 'missing', facts, answerText };

	const usage = { ...NO_USAGE, inputUncached: input ?? 0, output: output ?? 0 };
	return {
		outcome: 'read',
		facts,
		calls: [{ model: facts.model, usage }],
		costMicroCents: undefined,
	};
}

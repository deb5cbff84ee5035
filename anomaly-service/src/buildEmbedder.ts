import type { EmbedderConfig } from './config.ts';
import type { Embedder } from './ports/embedder.ts';
import { TextSpace, type TextSpaceDependencies } from './stages/textSpace.ts';

type EmbedderParts = Omit<TextSpaceDependencies, 'texts' | 'vendor' | 'budgetPerDay'> & {
	config: { embedder: EmbedderConfig; scoreIntervalMs: number };
};

/** However long a tick is: a shutdown waits for the request under way. */
const LONGEST_REQUEST_MS = 3000;

/** The embedder beside the space `features`; undefined: there is none. Its package is loaded when it is wanted only. */
export async function buildEmbedder(parts: EmbedderParts): Promise<Embedder | undefined> {
	const { embedder, scoreIntervalMs } = parts.config;
	if (embedder.kind === 'features') return undefined;
	const { createOpenaiEmbedder } = await import('./adapters/openai/openaiEmbedder.ts');
	const { budgetPerDay, key, model, url } = embedder;
	// Half a tick, so that what had no answer is scored in `features` within the same one.
	const timeoutMs = Math.min(LONGEST_REQUEST_MS, scoreIntervalMs / 2);
	const texts = createOpenaiEmbedder({ url, key, model, timeoutMs });

	return new TextSpace({ ...parts, texts, vendor: 'openai', budgetPerDay });
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { USAGE_READERS } from '../../core/readers/index.ts';
import { ROOT } from './paths.ts';

/** Recordings of real vendors and what another implementation reads and charges, when it lies beside the checkout. */
const COLLECTION = join(ROOT, '../shared/data/usages/usages.json');

export type Counts = Record<string, number>;

type Extractor = {
	provider_id: string;
	api_flavor: string;
	/** USD as exact decimals, when the other implementation has a price. */
	input_price?: string;
	output_price?: string;
};

export type Collected = {
	body: Record<string, unknown> & { file: string };
	model?: string;
	extracted: Array<{ usage: Counts; extractors: Extractor[] }>;
};

/** Which of the other implementation's extractors reads what ours does. */
const EXTRACTORS: Record<string, readonly string[]> = {
	anthropicMessages: ['anthropic/default'],
	bedrockConverse: ['aws/default'],
	cohereV1: ['cohere/embeddings'],
	cohereV2: ['cohere/default'],
	deepseekChat: ['deepseek/chat'],
	geminiChat: ['google/chat'],
	geminiGenerate: ['google/default'],
	groqChat: ['groq/default'],
	mistralChat: ['mistral/default'],
	openaiChat: ['openai/chat', 'openai/embeddings'],
	openaiResponses: ['openai/responses'],
	openrouterChat: ['openrouter/chat'],
	openrouterResponses: ['openai/responses'],
};

/** Undefined when it is not there, which standard error says. */
export function loadCollection(): Collected[] | undefined {
	if (existsSync(COLLECTION)) {
		const collected: Collected[] = JSON.parse(readFileSync(COLLECTION, 'utf8'));
		return collected;
	}
	process.stderr.write(
		`Left out: the whole collection of recorded usages, ${COLLECTION} is not there.\n`,
	);
	return undefined;
}

export function readerName(body: Record<string, unknown>): string {
	return USAGE_READERS.find((candidate) => candidate.matches(body))?.name ?? 'none';
}

/** What the other implementation says with the extractor for our reader. */
export function theirReading({
	body,
	extracted,
}: Collected): { usage: Counts; extractor: Extractor } | undefined {
	for (const name of EXTRACTORS[readerName(body)] ?? []) {
		for (const { usage, extractors } of extracted) {
			const extractor = extractors.find(
				({ provider_id, api_flavor }) => `${provider_id}/${api_flavor}` === name,
			);
			if (extractor) return { usage, extractor };
		}
	}
	return undefined;
}

import { createHash } from 'node:crypto';
import { ExecutionMemory } from './executionMemory.ts';

/** Half of what OpenAI caches in one step (128 tokens): where a prompt changed is known to 1 % of 25,000 characters. */
const BLOCK_CHARACTERS = 256;

/** 65,000 characters; a change behind them is seen, but not where. */
const MAX_BLOCKS = 256;

/** Of 13 bytes for each block: 3 MB at most. */
const MAX_PROMPTS = 1_000;

/** Where a prompt first differs from that of the call before, as a share of the longer one. */
export type PrefixChange = {
	/** 0: it changed at its very start, so nothing could be cached. Close to 1: nearly all of it could. */
	atShare: number;
};

/**
 * Notices that the system prompt of one consumer changes from call to call within an execution, so that the vendor's
 * cache never has it. Keeps hashes of its blocks only.
 */
export class PromptPrefixWatch {
	readonly #prompts: ExecutionMemory<string[]>;

	constructor({ maxPrompts = MAX_PROMPTS }: { maxPrompts?: number } = {}) {
		this.#prompts = new ExecutionMemory({ maxValues: maxPrompts });
	}

	/** Undefined for the first call of a consumer, and when nothing changed. */
	note({
		executionId,
		consumer,
		text,
	}: {
		executionId: string;
		consumer: string;
		text: string;
	}): PrefixChange | undefined {
		const blocks = hashesOf(text);
		const before = this.#prompts.get(executionId, consumer);
		this.#prompts.set(executionId, consumer, blocks);
		if (!before) return undefined;

		const length = Math.max(blocks.length, before.length);
		const same = blocks.findIndex((hash, i) => hash !== before[i]);
		const changedAt = same === -1 ? blocks.length : same;
		return changedAt === length
			? undefined
			: { atShare: Math.round((100 * changedAt) / length) / 100 };
	}

	end(executionId: string): void {
		this.#prompts.end(executionId);
	}
}

/** One for each block, the last for all of the rest. */
function hashesOf(text: string): string[] {
	const blocks: string[] = [];
	for (let start = 0; start < text.length || start === 0; start += BLOCK_CHARACTERS) {
		const isLast = blocks.length === MAX_BLOCKS - 1;
		const block = text.slice(start, isLast ? undefined : start + BLOCK_CHARACTERS);
		blocks.push(createHash('sha256').update(block).digest('base64').slice(0, 12));
		if (isLast) break;
	}
	return blocks;
}

import type { Rejection } from './decision.ts';
import { ExecutionMemory } from './executionMemory.ts';
import { PromptPrefixWatch } from './promptPrefixWatch.ts';
import { ResponseCache } from './responseCache.ts';
import { StickyRejections } from './stickyRejections.ts';

/** What the nodes of one n8n process remember together; nothing in it is needed to stay within a budget. */
export type ProcessMemory = {
	rejections: StickyRejections<Rejection>;
	/** The parts an answer was handed out in, by the key of its call. */
	answers: ResponseCache<unknown[]>;
	prompts: PromptPrefixWatch;
	/** Hints that an execution has been given already. */
	hints: ExecutionMemory<true>;
};

/** A hint that is forgotten is given twice. */
const MAX_HINTS = 10_000;

export function newMemory(): ProcessMemory {
	return {
		rejections: new StickyRejections(),
		answers: new ResponseCache(),
		prompts: new PromptPrefixWatch(),
		hints: new ExecutionMemory({ maxValues: MAX_HINTS }),
	};
}

export function forgetExecution(memory: ProcessMemory, executionId: string): void {
	memory.rejections.end(executionId);
	memory.prompts.end(executionId);
	memory.hints.end(executionId);
}

export const processMemory = newMemory();

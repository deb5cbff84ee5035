import { isRecord, textAt } from '../../core/readers/reading.ts';

/**
 * Hands out the parts of a kept stream. Models tell LangChain's callbacks of each chunk themselves, and whoever streams
 * through an agent listens there.
 */
export async function* replay(parts: readonly unknown[], runManager: unknown): AsyncGenerator {
	const tell = isRecord(runManager) ? runManager['handleLLMNewToken'] : undefined;
	for (const chunk of parts) {
		yield chunk;
		if (typeof tell !== 'function' || !isRecord(chunk) || !('message' in chunk)) continue;

		const token = textAt(chunk, 'text') ?? '';
		const where = { prompt: 0, completion: 0 };
		await tell.call(runManager, token, where, undefined, undefined, undefined, { chunk });
	}
}

import { z } from 'zod';
import { DIMENSIONS } from '../../../../core/behaviour/embedding.ts';
import type { TextEmbeddings } from '../../ports/textEmbedder.ts';

/** Vectors are checked by hand: of a server that ignores `dimensions` 512 of them are a million numbers. */
const answerShape = z.object({
	data: z.array(
		z.object({ index: z.int().min(0).optional(), embedding: z.custom<unknown[]>(Array.isArray) }),
	),
	usage: z
		.object({ prompt_tokens: z.int().min(0) })
		.optional()
		.catch(undefined),
});

const UNUSABLE: TextEmbeddings = {
	outcome: 'failed',
	reason: 'the answer has not a usable vector for each text',
	mayBeBilled: true,
	retryAfterMs: undefined,
};

/** Reads what an embeddings API answered for `count` texts. */
export function readAnswer(answer: unknown, count: number): TextEmbeddings {
	const parsed = answerShape.safeParse(answer);
	if (!parsed.success) return UNUSABLE;
	const { data, usage } = parsed.data;
	const vectors = new Map(
		data.map(({ index, embedding }, position) => [index ?? position, unitVector(embedding)]),
	);
	const inOrder = Array.from({ length: count }, (_, index) => vectors.get(index)).filter(
		(vector) => vector !== undefined,
	);
	if (inOrder.length < count) return UNUSABLE;

	return { outcome: 'embedded', vectors: inOrder, tokens: usage?.prompt_tokens };
}

/** The first DIMENSIONS numbers at length 1; what has fewer is filled with zeros, which changes no angle. */
function unitVector(given: readonly unknown[]): number[] | undefined {
	const cut = Array.from({ length: DIMENSIONS }, (_, axis) => given[axis] ?? 0);
	const numbers = cut.filter((value) => typeof value === 'number');
	const norm = Math.hypot(...numbers);
	if (numbers.length < DIMENSIONS || !Number.isFinite(norm) || norm === 0) return undefined;

	return numbers.map((value) => value / norm);
}

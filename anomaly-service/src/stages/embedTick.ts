import { embed } from '../../../core/behaviour/embedding.ts';
import type { EmbeddableSnapshot, Embedder } from '../ports/embedder.ts';

/** The space that is always there: it is computed here. */
export const FEATURES_SPACE = 'features';

export type EmbeddedSnapshot = { space: string; vector: readonly number[] };

/**
 * Snapshots as vectors, in order: in the embedder's space those of tenants that have a baseline there, and that the
 * embedder has an answer for; all others in the space `features`.
 */
export async function embedTick(
	snapshots: readonly EmbeddableSnapshot[],
	embedder: Embedder | undefined,
	hasBaseline: (tenantId: string, space: string) => boolean,
): Promise<EmbeddedSnapshot[]> {
	const asked = embedder
		? snapshots.filter(({ tenantId }) => hasBaseline(tenantId, embedder.space))
		: [];
	const answers = embedder && asked.length > 0 ? await embedder.embed(asked) : [];
	const embedded = new Map(asked.map((snapshot, index) => [snapshot, answers[index]]));

	return snapshots.map((snapshot) => {
		const vector = embedded.get(snapshot);
		if (embedder && vector) return { space: embedder.space, vector };

		return { space: FEATURES_SPACE, vector: embed(snapshot.standardised, snapshot.minute) };
	});
}

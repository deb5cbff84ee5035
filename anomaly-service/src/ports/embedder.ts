/** A snapshot on its way to becoming a vector. */
export type EmbeddableSnapshot = {
	tenantId: string;
	/** Last minute of its windows, in minutes since the epoch. */
	minute: number;
	/** Standardised features in the order of COORDINATES. */
	standardised: readonly number[];
};

/** Turns snapshots into vectors of one space. */
export interface Embedder {
	/** Names the space: `features`, `openai:text-embedding-3-small`. Vectors of different spaces are never compared. */
	readonly space: string;
	/** One vector of DIMENSIONS numbers per snapshot, in order; undefined for one that could not be embedded now. */
	embed(
		snapshots: readonly EmbeddableSnapshot[],
	): Promise<readonly (readonly number[] | undefined)[]>;
}

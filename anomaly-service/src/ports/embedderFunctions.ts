/** ISO 8601 instant. */
type Instant = string;
type EpochMs = number;

/** An incident that another one, or a tenant's behaviour, is like. */
export type SimilarIncident = {
	/** `inc_…` or `fbk_…`. */
	id: string;
	tenantId: string;
	rule: string;
	at: EpochMs;
	/** Cosine distance of what moved: 0 is the same mixture, 1 nothing in common. */
	distance: number;
};

/** The SQL functions behind embedders and the search for similar incidents; supabase/migrations says more. */
export type EmbedderFunctions = {
	put_embedded_scoring: {
		args: {
			tenantId: string;
			version: number;
			space: string;
			tangentLimit: number;
			/** `[1,2,…]` each. */
			centroids: readonly string[];
		};
		result: { stored: boolean };
	};
	load_embeddings: {
		/** `hashes`: SHA-256 in hex. */
		args: { space: string; hashes: readonly string[]; now: Instant };
		result: Record<string, number[]>;
	};
	store_embeddings: {
		args: { space: string; embeddings: readonly { hash: string; v: string }[]; now: Instant };
		result: { stored: number };
	};
	prune_embeddings: { args: { now: Instant; keep: number }; result: { removed: number } };
	collect_incident_snapshots: { args: { now: Instant }; result: { kept: number } };
	incidents_like: {
		args: { id: string | null; tenantId: string | null; at: Instant | null; limit: number };
		result: SimilarIncident[] | null;
	};
};

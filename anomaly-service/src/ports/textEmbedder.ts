/** What became of a request for embeddings. */
export type TextEmbeddings =
	| {
			outcome: 'embedded';
			/** In the order of the texts: DIMENSIONS numbers each, of length 1. */
			vectors: (readonly number[])[];
			/** As the vendor counted; undefined: it did not say. */
			tokens: number | undefined;
	  }
	| {
			outcome: 'failed';
			/** For a log line: no text, no key. */
			reason: string;
			/** Nobody knows whether the vendor did the work: its answer was not waited for. */
			mayBeBilled: boolean;
			/** How long the vendor asked to be left alone. */
			retryAfterMs: number | undefined;
	  };

/** A model that turns texts into vectors, somewhere else. */
export interface TextEmbedder {
	/** As its vendor names it: `text-embedding-3-small`. */
	readonly model: string;
	/** Host and path without scheme: `api.openai.com/v1/embeddings`. */
	readonly endpoint: string;
	/** One request; answers within its time limit whatever happens, and does not throw. */
	embed(texts: readonly string[]): Promise<TextEmbeddings>;
}

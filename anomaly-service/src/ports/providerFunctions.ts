/** ISO 8601 instant. */
type Instant = string;
type EpochMs = number;

/** A limit as an operator wrote it; `window` as `windowName` writes it, `family` null: of the whole provider. */
export type StoredOverride = {
	family: string | null;
	unit: string;
	window: string;
	capacity: number;
};

/** Where a limit stood by the provider's own word; null where it did not say. */
export type StoredObservation = {
	unit: string;
	window: string;
	limit: number | null;
	remaining: number | null;
	resetsAt: EpochMs | null;
	seenAt: EpochMs;
};

/** SQL functions about providers; see databaseFunctions.ts. */
export type ProviderFunctions = {
	set_provider_tier: {
		args: {
			provider: string;
			settings: { tier: string; overrides: StoredOverride[] } | null;
			actor: string;
			now: Instant;
		};
		result: { changed: boolean };
	};
	load_providers: {
		args: { since: Instant };
		result: {
			settings: {
				provider: string;
				tier: string;
				overrides: StoredOverride[];
				changedAt: Instant;
				changedBy: string;
			}[];
			observations: {
				provider: string;
				family: string;
				limits: StoredObservation[];
				throttledUntil: EpochMs | null;
			}[];
		};
	};
	observe_provider: {
		args: {
			provider: string;
			family: string;
			observation: {
				limits: StoredObservation[];
				throttledUntil: Instant | null;
				seenAt: Instant;
			};
		};
		result: { kept: boolean };
	};
};

import type { MicroCents } from '../../../core/money.ts';

/** ISO 8601 instant. */
type Instant = string;
type Span = { tenantId: string; from: Instant; to: Instant };

/** A stored score; epoch ms. `strength` is in units of the limit that held then. */
export type StoredScore = readonly [
	at: number,
	distance: number,
	strength: number,
	/** The feedback that called something alike fine by then. */
	suppressedBy: string | null,
];

/** A snapshot to be drawn. */
export type StoredVector = readonly [
	at: number,
	distance: number,
	strength: number,
	vector: number[],
];

/** The SQL functions behind backtests and the picture of a tenant; the files of supabase/migrations say more. */
export type BacktestFunctions = {
	list_snapshots: {
		/** `after`: epoch ms. `strength`: from here on feedback is looked at. */
		args: Span & { strength: number; after: number | null; limit: number };
		result: StoredScore[];
	};
	spend_by_hour: {
		args: Span;
		result: [hourStart: number, microCents: MicroCents][];
	};
	known_spans: {
		args: Span;
		/** Times in epoch ms. */
		result: {
			incidents: { id: string; rule: string; from: number; to: number | null }[];
			feedback: { id: string; verdict: 'fine' | 'incident'; from: number; to: number }[];
			maintenance: { id: string; from: number; to: number }[];
		};
	};
	tenant_behaviour: {
		args: Span & { limit: number };
		result: {
			version: number;
			space: string;
			/** tan of the angle. */
			limit: number;
			centroids: { vector: number[]; weight: number | null }[];
			found: number;
			snapshots: StoredVector[];
		} | null;
	};
};

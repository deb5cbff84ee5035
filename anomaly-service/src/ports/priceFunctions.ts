import type { MicroCents } from '../../../core/money.ts';
import type { OtherUnits } from '../../../core/otherUnits.ts';
import type { LineItem } from '../../../core/prices.ts';
import type { WrittenRate } from '../../../core/priceBook.ts';
import type { Usage } from '../../../core/usage.ts';
import type { CostSource } from './records.ts';

/** ISO 8601 instant. */
type Instant = string;

/** `seed`: the list that ships with the service; `operator`: set by one, and goes first. */
export const PRICE_SOURCES = ['seed', 'operator'] as const;
export type PriceSource = (typeof PRICE_SOURCES)[number];
export const PRICE_STATES = ['active', 'held', 'retired'] as const;
export type PriceState = (typeof PRICE_STATES)[number];

export type StoredRate = WrittenRate & { id: string };

/** A model with rates of it. */
export type PriceDocument = {
	source: PriceSource;
	provider: string;
	model: string;
	pattern: string;
	alsoNamed: string[];
	isPrefix: boolean;
	contextTokens: number | null;
	sourceVersion: string | null;
	rates: StoredRate[];
};

/** A seeded rate that waits for a word; `from`: what is used now. */
export type HeldPrice = StoredRate & {
	provider: string;
	model: string;
	from: MicroCents | null;
	to: MicroCents;
};

/** What becomes of an ask for a call whose price is not known. */
export const UNKNOWN_PRICES = ['ceiling', 'refuse'] as const;
export type UnknownPrice = (typeof UNKNOWN_PRICES)[number];

/** What calls of models without a price are taken to cost, and whether they are refused; null: as another level says. */
export type StoredCeiling = {
	input: MicroCents | null;
	output: MicroCents | null;
	unknownPrice: UnknownPrice | null;
};

/** A recorded call, as far as it can be priced again. */
export type PricedUsageRow = {
	source: string;
	id: string;
	tenantId: string;
	occurredAt: Instant;
	/** Epoch ms. */
	at: number;
	provider: string;
	model: string;
	usage: Usage;
	otherUnits: OtherUnits;
	serviceTier: string | null;
	costMicroCents: MicroCents;
	costSource: CostSource;
	lineItems: LineItem[];
};

export type UsageChange = {
	source: string;
	id: string;
	wasMicroCents: MicroCents;
	costMicroCents: MicroCents;
	costSource: CostSource;
	lineItems: LineItem[];
};

export type UsageSpan = {
	from: Instant;
	to: Instant;
	tenantId: string | null;
	provider: string | null;
	model: string | null;
};

type By = { actor: string; now: Instant };

/** The SQL functions of prices; the files of supabase/migrations say more. */
export type PriceFunctions = {
	seed_prices: {
		args: {
			list: {
				version: string;
				/** Day. */
				asOf: string;
				hash: string;
				models: {
					provider: string;
					model: string;
					pattern: string;
					contextTokens?: number | undefined;
					rates: readonly StoredRate[];
				}[];
			};
			now: Instant;
		};
		result: { seeded: boolean; changed: number; retired: number; held: HeldPrice[] };
	};
	load_prices: {
		args: { revision: number | null; hash: string };
		result: {
			revision: number;
			version: string | null;
			asOf: string | null;
			hash: string | null;
			seeded: PriceDocument[] | null;
			operator: PriceDocument[];
			ceilings: (StoredCeiling & { provider: string })[];
		} | null;
	};
	put_price: {
		args: { price: Omit<PriceDocument, 'source' | 'sourceVersion'> } & By;
		result: { outcome: 'created' | 'replaced' | 'unchanged' };
	};
	operator_price: { args: { provider: string; model: string }; result: PriceDocument | null };
	delete_price: {
		args: { provider: string; model: string } & By;
		result: { deleted: boolean };
	};
	list_prices: {
		args: {
			provider: string | null;
			search: string | null;
			source: PriceSource | null;
			state: PriceState;
			after: readonly [source: string, provider: string, model: string] | null;
			limit: number;
		};
		result: PriceDocument[];
	};
	held_prices: { args: Record<string, never>; result: HeldPrice[] };
	approve_prices: { args: { ids: readonly string[] } & By; result: string[] };
	reject_prices: { args: { ids: readonly string[] } & By; result: string[] };
	put_ceiling: {
		args: { provider: string; ceiling: StoredCeiling } & By;
		result: { changed: boolean };
	};
	delete_ceiling: { args: { provider: string } & By; result: { deleted: boolean } };
	list_usage: {
		args: UsageSpan & {
			after: readonly [occurredAt: Instant, source: string, id: string] | null;
			limit: number;
		};
		result: PricedUsageRow[];
	};
	usage_not_priced: { args: UsageSpan; result: { vendor: number; estimate: number } };
	reprice_usage: {
		args: { changes: readonly UsageChange[]; run: UsageSpan; entry: number | null } & By;
		result: { entry: number | null; missed: { source: string; id: string }[] };
	};
};

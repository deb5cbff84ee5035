import {
	canonicalProvider,
	createPriceBook,
	type PriceBook,
	type PricedModel,
} from '../../../core/priceBook.ts';
import {
	isUnknownTier,
	rateFor,
	type PriceRate,
	type RateContext,
} from '../../../core/rateSheet.ts';
import { iso } from '../../../core/utc.ts';
import type { Database } from '../ports/database.ts';
import type {
	PriceDocument,
	PriceFunctions,
	PriceSource,
	StoredCeiling,
	UnknownPrice,
} from '../ports/priceFunctions.ts';
import type { PriceList } from '../priceData.ts';
import { KeyedQueue } from './keyedQueue.ts';
import type { PriceCeiling } from './price.ts';
import type { ServiceAlerts } from './serviceAlerts.ts';
import { modelPrices, ownPriceDocument, seedOf, type OwnPrice } from './storedPrices.ts';

export type PriceDeskDependencies = {
	database: Database;
	/** What ships with the service. */
	list: PriceList;
	/** For every provider, where nothing else was set. */
	ceiling: PriceCeiling;
	alerts: Pick<ServiceAlerts, 'raise'>;
	/** After a change made here, so that other replicas can be told to read again. */
	changed: () => void;
};

export type ChangeBy = { actor: string; now: number };

export type PutPriceResult =
	| PriceFunctions['put_price']['result']
	| { outcome: 'tooMany'; max: number };

/** What a call would be priced by. */
export type PriceFound = {
	source: PriceSource;
	model: PricedModel;
	/** One for each unit that has one. */
	rates: PriceRate[];
	/** A tier that may cost more than the standard one, and no rate says how much: calls are taken at the ceiling. */
	isUnknownTier: boolean;
};

export type Ceiling = PriceCeiling & { unknownPrice: UnknownPrice };

/** Says what holds for every provider that has nothing of its own. */
const EVERY_PROVIDER = '*';
const NOTHING_SET: StoredCeiling = { input: null, output: null, unknownPrice: null };

/** The first lookup of a name tests all of its provider's: these take some milliseconds. */
const MAX_OWN = 2000;
/** An alert is read by people. */
const MAX_SHOWN = 20;

/**
 * What calls cost: the list that ships with the service, in front of it what operators know better, and what is charged
 * where neither says. A change is durable before it is used, and used by the next call.
 */
export class PriceDesk {
	readonly #deps: PriceDeskDependencies;
	readonly #loading = new KeyedQueue();
	/** The list of the file, for as long as the database has nothing else. */
	readonly #shipped: PriceBook;
	#current: PriceBook;
	#own: ReadonlySet<string> = new Set();
	#ceilings: ReadonlyMap<string, StoredCeiling> = new Map();
	#revision: number | null = null;

	/** The book of the moment. */
	readonly book: PriceBook = {
		find: (provider, model) => this.#current.find(provider, model),
	};

	constructor(deps: PriceDeskDependencies) {
		this.#deps = deps;
		this.#shipped = createPriceBook(deps.list.models);
		this.#current = this.#shipped;
	}

	/** Stores the shipped list where it is a newer one, and tells operators what in it has to be approved. */
	async seed(now: number): Promise<void> {
		const { database, alerts, list } = this.#deps;
		const { hash, sourceVersion } = list;
		// Asked first: with a list that is known there is nothing to send.
		const known = await database.call('load_prices', { revision: null, hash });
		if (known?.hash === hash) return;
		const { held } = await database.call('seed_prices', { list: seedOf(list), now: iso(now) });
		if (held.length === 0) return;
		const evidence = {
			version: sourceVersion,
			held: held.length,
			rates: held.slice(0, MAX_SHOWN).map(({ id, provider, model, unit, from, to }) => ({
				id,
				provider,
				model,
				unit,
				from,
				to,
			})),
		};
		await alerts.raise(
			{ type: 'prices.held', severity: 'warning', part: 'price list', since: now, evidence },
			now,
		);
	}

	/** Reads what changed since the last time; cheap when nothing did. */
	load(): Promise<void> {
		return this.#loading.run('load', () => this.#load());
	}

	/** µ¢ per million tokens of this provider that have no price. */
	ceilingOf(provider: string): PriceCeiling {
		const { input, output } = this.ceilingFor(provider);

		return { input, output };
	}

	/** What becomes of an ask for a call whose price is not known. */
	unknownPriceOf(provider: string): UnknownPrice {
		return this.ceilingFor(provider).unknownPrice;
	}

	/** The provider's own, where it says nothing that of every provider, where that says nothing as configured. */
	ceilingFor(provider: string): Ceiling {
		const { ceiling } = this.#deps;
		const own = this.#ceilings.get(canonicalProvider(provider)) ?? NOTHING_SET;
		const common = this.#ceilings.get(EVERY_PROVIDER) ?? NOTHING_SET;

		return {
			input: own.input ?? common.input ?? ceiling.input,
			output: own.output ?? common.output ?? ceiling.output,
			unknownPrice: own.unknownPrice ?? common.unknownPrice ?? 'ceiling',
		};
	}

	/** What was set, by provider. */
	ceilings(): [provider: string, set: StoredCeiling][] {
		return [...this.#ceilings];
	}

	find(call: RateContext & { provider: string; model: string }): PriceFound | undefined {
		const model = this.#current.find(call.provider, call.model);
		if (!model) return undefined;
		const rates = [...model.rates.keys()].flatMap((unit) => rateFor(model.rates, unit, call) ?? []);

		return {
			source: this.#own.has(keyOf(model)) ? 'operator' : 'seed',
			...{ model, rates },
			isUnknownTier: isUnknownTier(model.rates, call.serviceTier),
		};
	}

	/** Sets what a model costs, all of it; idempotent. */
	async put(price: OwnPrice, { actor, now }: ChangeBy): Promise<PutPriceResult> {
		if (this.#own.size >= MAX_OWN && !this.#own.has(keyOf(price))) {
			return { outcome: 'tooMany', max: MAX_OWN };
		}
		const result = await this.#deps.database.call('put_price', {
			...{ price: ownPriceDocument(price), actor, now: iso(now) },
		});
		await this.#readBack(result.outcome !== 'unchanged');
		return result;
	}

	/** What an operator set is forgotten; false: nobody had set anything. */
	async remove(
		{ provider, model }: { provider: string; model: string },
		{ actor, now }: ChangeBy,
	): Promise<boolean> {
		const args = { provider, model, actor, now: iso(now) };
		const { deleted } = await this.#deps.database.call('delete_price', args);
		await this.#readBack(deleted);
		return deleted;
	}

	async putCeiling(provider: string, ceiling: StoredCeiling, by: ChangeBy): Promise<void> {
		const args = { provider, ceiling, actor: by.actor, now: iso(by.now) };
		const { changed } = await this.#deps.database.call('put_ceiling', args);
		await this.#readBack(changed);
	}

	async removeCeiling(provider: string, { actor, now }: ChangeBy): Promise<boolean> {
		const args = { provider, actor, now: iso(now) };
		const { deleted } = await this.#deps.database.call('delete_ceiling', args);
		await this.#readBack(deleted);
		return deleted;
	}

	/** Takes held rates into use, or turns them down. Answers the ids of those that were held. */
	async decide(
		word: 'approve' | 'reject',
		ids: readonly string[],
		{ actor, now }: ChangeBy,
	): Promise<string[]> {
		const name = word === 'approve' ? 'approve_prices' : 'reject_prices';
		const decided = await this.#deps.database.call(name, { ids, actor, now: iso(now) });
		await this.#readBack(decided.length > 0);
		return decided;
	}

	/** Takes in the own change with those of others that came before it. */
	async #readBack(changed: boolean): Promise<void> {
		await this.load();
		if (changed) this.#deps.changed();
	}

	async #load(): Promise<void> {
		const { database, list } = this.#deps;
		const loaded = await database.call('load_prices', {
			...{ revision: this.#revision, hash: list.hash },
		});
		if (!loaded) return;
		const { operator, seeded, ceilings } = loaded;
		this.#current = this.#bookOf(operator, seeded);
		this.#own = new Set(operator.map(keyOf));
		this.#ceilings = new Map(ceilings.map(({ provider, ...set }) => [provider, set]));
		this.#revision = loaded.revision;
	}

	/** An own price without a context window has that of the list. */
	#bookOf(operator: readonly PriceDocument[], seeded: readonly PriceDocument[] | null): PriceBook {
		if (operator.length === 0 && seeded === null) return this.#shipped;
		const models = seeded?.map(modelPrices) ?? this.#deps.list.models;
		const own = operator.map(modelPrices).map((price) => ({
			...price,
			contextTokens:
				price.contextTokens ?? this.#shipped.find(price.provider, price.model)?.contextTokens,
		}));

		return createPriceBook([...own, ...models]);
	}
}

function keyOf({ provider, model }: { provider: string; model: string }): string {
	return `${provider}\n${model}`;
}

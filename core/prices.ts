import { exactSum, lineItemMicroCents, type MicroCents } from './money.ts';
import { BESIDE_UNITS, PARTS, partQuantity, type OtherUnits } from './otherUnits.ts';
import {
	isUnknownTier,
	rateFor,
	type PricedUnit,
	type PriceRate,
	type RateContext,
	type RateSheet,
} from './rateSheet.ts';
import { inputTokens, type Usage } from './usage.ts';

/** What one call used, as far as it is billed. */
export type BilledCall = {
	usage: Usage;
	otherUnits?: OtherUnits | undefined;
	serviceTier?: string | undefined;
	/** When the call was made, epoch ms. */
	at: number;
};

/**
 * One line of a bill. `vendorCost` is what the vendor said it charged, `held` what was held for a call nobody told the
 * end of; both have the quantity 1.
 */
export type LineItem = {
	unit: PricedUnit | 'vendorCost' | 'held';
	quantity: number;
	rateId: string;
	costMicroCents: MicroCents;
};

/** Used, but without a price: the caller charges a ceiling, and `atLeast` when the standard tier costs that. */
export type Unpriced = { unit: PricedUnit; quantity: number; atLeast: MicroCents };

export type PricedUsage = {
	costMicroCents: MicroCents;
	lineItems: LineItem[];
	/** Not empty means: charge the ceiling, flag the event. */
	unpriced: Unpriced[];
};

/** Buckets that vendors bill as another one when they publish no rate of their own. */
const FALLBACK: Partial<Record<PricedUnit, PricedUnit>> = {
	cacheRead: 'inputUncached',
	cacheWrite5m: 'inputUncached',
	cacheWrite1h: 'cacheWrite5m',
};

/**
 * Prices all that was used by the rates that apply to the call; each line item is rounded once. Throws RangeError when
 * no safe integer holds the cost.
 */
export function priceUsage(call: BilledCall, sheet: RateSheet): PricedUsage {
	const { usage, otherUnits, serviceTier, at } = call;
	const context = { inputTokens: inputTokens(usage), serviceTier, at };
	const bill = new Bill(sheet, context);
	if (otherUnits === undefined && !sheet.has('reasoning')) {
		addBuckets(bill, usage);
	} else {
		addApart(bill, call, otherUnits ?? {});
	}
	return bill.total();
}

/** Every bucket that has a price of its own; reasoning is billed as output unless it has a rate. */
function addBuckets(bill: Bill, usage: Usage): void {
	bill.add('inputUncached', usage.inputUncached);
	bill.add('cacheRead', usage.cacheRead);
	bill.add('cacheWrite5m', usage.cacheWrite5m);
	bill.add('cacheWrite1h', usage.cacheWrite1h);
	bill.add('inputAudio', usage.inputAudio);
	bill.add('output', usage.output);
	bill.add('outputAudio', usage.outputAudio);
}

/** Parts with a rate of their own leave their bucket; what lies in it without one stays. */
function addApart(bill: Bill, { usage }: BilledCall, otherUnits: OtherUnits): void {
	const rest = { ...usage };
	for (const part of PARTS) {
		const quantity = Math.min(partQuantity(part, usage, otherUnits), rest[part.within]);
		if (quantity > 0 && bill.has(part.unit)) {
			rest[part.within] -= quantity;
			bill.add(part.unit, quantity);
		}
	}
	addBuckets(bill, rest);
	for (const unit of BESIDE_UNITS) bill.add(unit, otherUnits[unit] ?? 0);
}

/** The lines of one call's bill as they come together. */
class Bill {
	readonly #sheet: RateSheet;
	readonly #context: RateContext;
	readonly #isUnknownTier: boolean;
	readonly #lineItems: LineItem[] = [];
	readonly #unpriced: Unpriced[] = [];
	#costMicroCents: MicroCents = 0;

	constructor(sheet: RateSheet, context: RateContext) {
		this.#sheet = sheet;
		this.#context = context;
		this.#isUnknownTier = isUnknownTier(sheet, context.serviceTier);
	}

	has(unit: PricedUnit): boolean {
		return rateFor(this.#sheet, unit, this.#context) !== undefined;
	}

	add(unit: PricedUnit, quantity: number): void {
		if (quantity === 0) return;
		const rate = rateFor(this.#sheet, unit, this.#context) ?? this.#rateInstead(unit);
		const costMicroCents = rate ? lineItemMicroCents(quantity, rate.rate) : 0;
		if (!rate || this.#isUnknownTier) {
			this.#unpriced.push({ unit, quantity, atLeast: costMicroCents });
			return;
		}
		this.#costMicroCents += costMicroCents;
		this.#lineItems.push({ unit, quantity, rateId: rate.id, costMicroCents });
	}

	total(): PricedUsage {
		const costMicroCents = exactSum(this.#costMicroCents);

		return { costMicroCents, lineItems: this.#lineItems, unpriced: this.#unpriced };
	}

	#rateInstead(unit: PricedUnit): PriceRate | undefined {
		const instead = FALLBACK[unit];
		if (instead === undefined) return undefined;

		return rateFor(this.#sheet, instead, this.#context) ?? this.#rateInstead(instead);
	}
}

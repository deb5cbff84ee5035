import type { MicroCents } from './money.ts';
import type { OtherUnit } from './otherUnits.ts';
import type { UsageBucket } from './usage.ts';

/** What a rate can be for: a token bucket, a part of one (reasoning, images), or what is billed beside the tokens. */
export type PricedUnit = UsageBucket | OtherUnit;

/** The price of one unit of one model: `rate` is µ¢ per million units. */
export type PriceRate = {
	/** Names its price, so that an event that stores it can be audited after the price list has changed. */
	id: string;
	unit: PricedUnit;
	rate: MicroCents;
	/** The whole call costs this from so much input on. */
	minInputTokens: number;
	/** `standard`, or the word for another tier: `batch`, `flex`, `priority`, … */
	serviceTier: string;
	/** Minutes of the UTC day, the end not within, over midnight when it is the smaller one; undefined: all day. */
	timeOfDay?: readonly [start: number, end: number] | undefined;
	/** Epoch ms, the end not within; undefined: since ever, for good. */
	validFrom?: number | undefined;
	validTo?: number | undefined;
};

/** What one call is billed by. */
export type RateContext = {
	/** All input, what was cached included. */
	inputTokens: number;
	/** Undefined: the vendor did not say, so it is `standard`. */
	serviceTier?: string | undefined;
	/** When the call was made, epoch ms. */
	at: number;
};

/** Rates by unit, those of one tier together; of a tier the first that applies is the one. */
export type RateSheet = ReadonlyMap<PricedUnit, readonly PriceRate[]>;

export const STANDARD_TIER = 'standard';

/** Tiers that no vendor charges more for than the standard one: without a price of their own they cost as much. */
const AT_MOST_STANDARD: ReadonlySet<string> = new Set([
	STANDARD_TIER,
	'batch',
	'flex',
	'provisioned',
	'scale',
]);

export function rateSheet(rates: readonly PriceRate[]): RateSheet {
	const sheet = new Map<PricedUnit, PriceRate[]>();
	for (const rate of rates) {
		const ofUnit = sheet.get(rate.unit);
		if (ofUnit) ofUnit.push(rate);
		else sheet.set(rate.unit, [rate]);
	}
	for (const ofUnit of sheet.values()) ofUnit.sort(inOrder);

	return sheet;
}

/** The rate of a unit, or undefined: an unknown price is never 0. */
export function rateFor(
	sheet: RateSheet,
	unit: PricedUnit,
	context: RateContext,
): PriceRate | undefined {
	const ofUnit = sheet.get(unit);
	if (ofUnit === undefined) return undefined;
	const { serviceTier = STANDARD_TIER } = context;
	const ofTier = rateOfTier(ofUnit, serviceTier, context);
	if (ofTier || serviceTier === STANDARD_TIER) return ofTier;

	return rateOfTier(ofUnit, STANDARD_TIER, context);
}

function rateOfTier(
	ofUnit: readonly PriceRate[],
	tier: string,
	{ inputTokens, at }: RateContext,
): PriceRate | undefined {
	for (const rate of ofUnit) {
		if (rate.serviceTier !== tier || rate.minInputTokens > inputTokens) continue;
		if (isInForce(rate, at)) return rate;
	}
	return undefined;
}

/** True when a tier may cost more than the standard one and the list does not say how much. */
export function isUnknownTier(sheet: RateSheet, tier: string | undefined): boolean {
	if (tier === undefined || AT_MOST_STANDARD.has(tier)) return false;
	for (const ofUnit of sheet.values()) {
		if (ofUnit.some(({ serviceTier }) => serviceTier === tier)) return false;
	}
	return true;
}

/** The standard tier, which most calls are of, before the others; the more special before the more general. */
function inOrder(a: PriceRate, b: PriceRate): number {
	return (
		Number(b.serviceTier === STANDARD_TIER) - Number(a.serviceTier === STANDARD_TIER) ||
		b.minInputTokens - a.minInputTokens ||
		Number(a.timeOfDay === undefined) - Number(b.timeOfDay === undefined) ||
		(b.validFrom ?? 0) - (a.validFrom ?? 0)
	);
}

function isInForce({ validFrom, validTo, timeOfDay }: PriceRate, at: number): boolean {
	return (
		(validFrom === undefined || at >= validFrom) &&
		(validTo === undefined || at < validTo) &&
		(timeOfDay === undefined || isWithin(timeOfDay, minuteOfDay(at)))
	);
}

function isWithin([start, end]: readonly [number, number], minute: number): boolean {
	return start <= end ? minute >= start && minute < end : minute >= start || minute < end;
}

function minuteOfDay(at: number): number {
	return Math.floor(at / 60_000) % 1440;
}

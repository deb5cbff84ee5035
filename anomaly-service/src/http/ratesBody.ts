import { DAY_MS } from '../../../core/durations.ts';
import type { WrittenRate } from '../../../core/priceBook.ts';
import type { PriceRate } from '../../../core/rateSheet.ts';
import { STANDARD_TIER } from '../../../core/rateSheet.ts';
import type { HeldPrice, PriceDocument, StoredRate } from '../ports/priceFunctions.ts';
import type { RateBody } from './schemas/price.ts';

/** A rate as an operator sends it → as the price book reads it. */
export function writtenRate(given: RateBody): WrittenRate {
	const { unit, rate, minInputTokens, serviceTier, timeOfDay, validFrom, validTo } = given;

	return {
		...{ unit, rate, minInputTokens, serviceTier },
		...(timeOfDay ? { timeOfDay: [minuteOf(timeOfDay.from), minuteOf(timeOfDay.to)] } : {}),
		...(typeof validFrom === 'number' ? { validFrom: dayOrInstant(validFrom) } : {}),
		...(typeof validTo === 'number' ? { validTo: dayOrInstant(validTo) } : {}),
	};
}

export function priceFields(document: PriceDocument): object {
	const { source, provider, model, alsoNamed, isPrefix: prefix, pattern, rates } = document;
	const { contextTokens, sourceVersion } = document;

	return {
		...{ source, provider, model, alsoNamed, prefix, pattern, contextTokens, sourceVersion },
		rates: rates.map(storedRateFields),
	};
}

export function heldFields(held: HeldPrice): object {
	const { provider, model, from, to } = held;
	const { rateId, ...use } = useFields(held);

	return { rateId, provider, model, from, to, ...use };
}

export function rateFields({ id, timeOfDay, validFrom, validTo, ...rest }: PriceRate): object {
	return {
		rateId: id,
		...rest,
		timeOfDay: timeOfDayFields(timeOfDay),
		validFrom: validFrom === undefined ? null : new Date(validFrom).toISOString(),
		validTo: validTo === undefined ? null : new Date(validTo).toISOString(),
	};
}

function storedRateFields(given: StoredRate): object {
	return { ...useFields(given), rate: given.rate };
}

/** What a rate is for. */
function useFields(given: StoredRate) {
	const { id, unit, minInputTokens = 0, serviceTier = STANDARD_TIER } = given;

	return {
		rateId: id,
		...{ unit, minInputTokens, serviceTier },
		timeOfDay: timeOfDayFields(given.timeOfDay),
		validFrom: given.validFrom ?? null,
		validTo: given.validTo ?? null,
	};
}

function timeOfDayFields(timeOfDay: WrittenRate['timeOfDay']) {
	return timeOfDay ? { from: clockOf(timeOfDay[0]), to: clockOf(timeOfDay[1]) } : null;
}

/** Ids of rates are read by people: a day is written as one. */
function dayOrInstant(at: number): string {
	const written = new Date(at).toISOString();

	return at % DAY_MS === 0 ? written.slice(0, 'YYYY-MM-DD'.length) : written;
}

function minuteOf(clock: string): number {
	const [hours = 0, minutes = 0] = clock.split(':').map(Number);

	return hours * 60 + minutes;
}

/** 1440 is 24:00. */
function clockOf(minute: number): string {
	const two = (value: number) => String(value).padStart(2, '0');

	return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

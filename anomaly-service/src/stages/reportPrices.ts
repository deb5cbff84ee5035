import { DAY_MS } from '../../../core/durations.ts';
import type { PriceBook } from '../../../core/priceBook.ts';
import { priceUsage } from '../../../core/prices.ts';
import type { RateSheet } from '../../../core/rateSheet.ts';
import type { PricedLine } from '../../../core/reconcileGroups.ts';
import type { ReportLine } from '../../../core/readers/reports/reportReading.ts';
import { inputTokens, outputTokens } from '../../../core/usage.ts';

/** More than any vendor serves to one customer on one day; beyond it the price might not be exact. */
const MAX_TOKENS = 1_000_000_000_000;

/** Use that the price book has no price for: its cost is not known, so it is in no sum. */
export type UnpricedUse = {
	provider: string;
	day: string;
	keyId: string | null;
	model: string | null;
	inputTokens: number;
	outputTokens: number;
};

/** What the use that vendors told costs by the price book. */
export function pricedLines(
	lines: readonly ReportLine[],
	book: Pick<PriceBook, 'find'>,
): { priced: PricedLine[]; unpriced: UnpricedUse[] } {
	const priced: PricedLine[] = [];
	const unpriced: UnpricedUse[] = [];
	for (const line of lines) {
		if (!line.usage) {
			priced.push(line);
			continue;
		}
		const pricedMicroCents = costOf(line, book);
		priced.push({ ...line, pricedMicroCents });
		if (pricedMicroCents !== undefined) continue;
		const { provider, day, keyId, model, usage } = line;
		unpriced.push({
			...{ provider, day, keyId, model },
			...{ inputTokens: inputTokens(usage), outputTokens: outputTokens(usage) },
		});
	}
	return { priced, unpriced };
}

function costOf(line: ReportLine, book: Pick<PriceBook, 'find'>): number | undefined {
	const { provider, model, day, usage, otherUnits, serviceTier, isLongContext = false } = line;
	const known = model === null ? undefined : book.find(provider, model);
	if (!usage || !known || inputTokens(usage) + outputTokens(usage) > MAX_TOKENS) return undefined;
	const call = { usage, otherUnits, serviceTier, at: Date.parse(day) + DAY_MS / 2 };
	const rates = isLongContext ? known.rates : shortPromptRates(known.rates);
	const { costMicroCents, unpriced } = priceUsage(call, rates);

	return unpriced.length === 0 ? costMicroCents : undefined;
}

/** A day of many calls is not one call with a long prompt. */
function shortPromptRates(sheet: RateSheet): RateSheet {
	return new Map(
		[...sheet].map(([unit, rates]) => [unit, rates.filter((rate) => rate.minInputTokens === 0)]),
	);
}

import type { MicroCents } from './money.ts';
import type { Usage, UsageBucket } from './usage.ts';

/**
 * What vendors bill apart from the token buckets, as counts. Some lie within a bucket, as `reasoning` lies within
 * `output`: they are priced apart where the vendor does, and as the bucket where it does not. The others are billed
 * beside the tokens: searches, pages, seconds.
 */
export type OtherUnits = Readonly<Partial<Record<OtherUnit, number>>>;

export type OtherUnit = keyof typeof UNITS;

type UnitFacts = {
	/** The bucket it is counted in. */
	within?: UsageBucket;
	/** µ¢ per million of them where neither the vendor nor the price list says what one costs. */
	ceiling?: MicroCents;
};

/** 0.01 USD each, as µ¢ per million. */
const CENT_EACH = 1_000_000_000_000;

const UNITS = {
	inputImage: { within: 'inputUncached' },
	cacheReadImage: { within: 'cacheRead' },
	cacheReadAudio: { within: 'cacheRead' },
	outputImage: { within: 'output' },
	// Gemini 2.5 takes 0.035 USD, OpenAI and Anthropic 0.01 USD.
	webSearch: { ceiling: 3.5 * CENT_EACH },
	webFetch: { ceiling: CENT_EACH },
	fileSearch: { ceiling: CENT_EACH },
	// One container of OpenAI with 1 GB.
	codeInterpreter: { ceiling: 3 * CENT_EACH },
	requests: { ceiling: CENT_EACH },
	// 0.36 USD an hour, what the dearest transcription costs.
	audioSeconds: { ceiling: CENT_EACH / 100 },
	pages: { ceiling: CENT_EACH },
	searchUnits: { ceiling: CENT_EACH },
	classifications: { ceiling: CENT_EACH },
	// Messages and calls of Twilio; the dearest countries take 0.30 USD a segment and 1 USD a minute.
	messageSegments: { ceiling: 30 * CENT_EACH },
	callMinutes: { ceiling: 100 * CENT_EACH },
} as const satisfies Record<string, UnitFacts>;

const FACTS: Readonly<Record<OtherUnit, UnitFacts>> = UNITS;

const NAMES: ReadonlySet<string> = new Set(Object.keys(UNITS));

export function isOtherUnit(name: string): name is OtherUnit {
	return NAMES.has(name);
}

/** In the order of the table above. */
export const OTHER_UNITS: readonly OtherUnit[] = Object.keys(UNITS).filter(isOtherUnit);

export type Part = { unit: OtherUnit | 'reasoning'; within: UsageBucket };

/** What lies within a bucket and may have a rate of its own. */
export const PARTS: readonly Part[] = [
	{ unit: 'reasoning', within: 'output' },
	...OTHER_UNITS.flatMap((unit): Part[] => {
		const { within } = FACTS[unit];
		return within ? [{ unit, within }] : [];
	}),
];

export function partQuantity({ unit }: Part, usage: Usage, others: OtherUnits): number {
	return (unit === 'reasoning' ? usage.reasoning : others[unit]) ?? 0;
}

/** Billed beside the tokens. */
export const BESIDE_UNITS: readonly OtherUnit[] = OTHER_UNITS.filter(
	(unit) => FACTS[unit].within === undefined,
);

/** µ¢ per million of what is billed beside the tokens. */
export function unitCeiling(unit: OtherUnit): MicroCents {
	return FACTS[unit].ceiling ?? 0;
}

import { z } from 'zod';
import { BESIDE_UNITS, OTHER_UNITS } from '../../../../core/otherUnits.ts';
import type { PricedUnit } from '../../../../core/rateSheet.ts';
import { USAGE_BUCKETS } from '../../../../core/usage.ts';
import { PRICE_SOURCES, PRICE_STATES, UNKNOWN_PRICES } from '../../ports/priceFunctions.ts';
import { anyId, dayOrInstant, instant, text, tokens } from './common.ts';
import { page } from './page.ts';

/** A cent for each token: a thousand million of them, the most a call can have, stay within the safe integers. */
const MAX_TOKEN_RATE = 1_000_000_000_000;
/** 10 USD for each search, page or minute. */
const MAX_RATE = 1_000_000_000_000_000;
/** Names are tested one after the other. */
const MAX_NAMES = 50;
/** Eight buckets and what is billed beside them, on a few tiers, at a few hours. */
const MAX_RATES = 200;

const MINUTES = /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/;

const rateField = z
	.int()
	.min(0)
	.max(MAX_RATE)
	.meta({
		description: 'Micro-cents (10⁻⁸ USD) per million units: 3 USD per million tokens is 300000000',
		examples: [300_000_000],
	});

const minute = z
	.string()
	.regex(MINUTES, { message: 'expected hours and minutes in UTC, 00:00 to 24:00' })
	.meta({ examples: ['01:00'] });

const timeOfDay = z
	.strictObject({ from: minute, to: minute })
	.refine(({ from, to }) => from !== to, { path: ['to'], message: 'is the same as from' })
	.meta({ description: 'UTC, the end not within; over midnight when the end is earlier' });

const rate = z
	.strictObject({
		unit: z.enum([...USAGE_BUCKETS, ...OTHER_UNITS]),
		rate: rateField,
		minInputTokens: tokens
			.default(0)
			.meta({ description: 'The whole call costs this from so much input on' }),
		serviceTier: text(50)
			.min(1)
			.default('standard')
			.meta({ examples: ['batch'] }),
		timeOfDay: timeOfDay.nullish(),
		validFrom: dayOrInstant.nullish(),
		validTo: dayOrInstant.nullish().meta({ description: 'The end, itself not within' }),
	})
	.refine(({ validFrom, validTo }) => (validFrom ?? -Infinity) < (validTo ?? Infinity), {
		path: ['validTo'],
		message: 'is not after validFrom',
	})
	.refine(({ unit, rate: given }) => given <= MAX_TOKEN_RATE || isBeside(unit), {
		path: ['rate'],
		message: `is more than a cent for each token, ${MAX_TOKEN_RATE}`,
	});

function isBeside(unit: PricedUnit): boolean {
	return BESIDE_UNITS.some((beside) => beside === unit);
}

export const priceBody = z.strictObject({
	alsoNamed: z
		.array(anyId)
		.max(MAX_NAMES)
		.default([])
		.meta({ description: 'Other names of the model: snapshots, deployments' }),
	prefix: z
		.boolean()
		.default(false)
		.meta({ description: 'Also for every name that begins with one of these' }),
	contextTokens: tokens
		.min(1)
		.nullish()
		.meta({ description: 'The context window; left out: that of the list' }),
	rates: z
		.array(rate)
		.min(1)
		.max(MAX_RATES)
		.meta({ description: 'All that the model costs: they take the place of the list’s' }),
});

export type PriceBody = z.infer<typeof priceBody>;
export type RateBody = PriceBody['rates'][number];

export const priceParams = z.object({
	provider: anyId.meta({ description: 'As calls name it, whatever its case' }),
	model: anyId.meta({ description: 'As calls name it, whatever its case; a slash in it is %2F' }),
});

export const priceQuery = z.strictObject({
	provider: anyId.optional().meta({ description: 'Of the models' }),
	search: text(200)
		.min(1)
		.optional()
		.meta({ description: 'Text in the name of the model, whatever its case' }),
	source: z
		.enum(['seed', 'operator'])
		.optional()
		.meta({ description: '`seed`: the list of the service; `operator`: set over the API' }),
	state: z.enum(PRICE_STATES).default('active').meta({
		description: 'Of the rates: in use, held until somebody decides, or no longer used',
	}),
	...page,
	cursor: text(2000).optional().meta({ description: 'nextCursor of the page before' }),
});

/** Source, provider and model of the last one of the page before. */
export const pricePlace = z.tuple([text(20), text(200), text(200)]);

export const lookupQuery = z.strictObject({
	provider: anyId.meta({ description: 'As the call names it' }),
	model: anyId.meta({ description: 'As the call names it' }),
	serviceTier: text(50)
		.min(1)
		.optional()
		.meta({ description: 'Left out: standard', examples: ['batch'] }),
	at: dayOrInstant.optional().meta({ description: 'When the call is made; left out: now' }),
	inputTokens: z.coerce
		.number()
		.pipe(tokens)
		.default(0)
		.meta({ description: 'All of the prompt, cached or not: some prices depend on it' }),
});

const rateAnswer = z.object({
	rateId: z.string().meta({ description: 'What line items of calls name' }),
	unit: z.string(),
	rate: z.int(),
	minInputTokens: z.int(),
	serviceTier: z.string(),
	timeOfDay: z.object({ from: z.string(), to: z.string() }).nullable(),
	validFrom: instant.nullable(),
	validTo: instant.nullable(),
});

export const priceAnswer = z
	.object({
		source: z.enum(PRICE_SOURCES),
		provider: z.string(),
		model: z.string(),
		alsoNamed: z.array(z.string()),
		prefix: z.boolean(),
		pattern: z.string().meta({ description: 'The names it is the price of, as one expression' }),
		contextTokens: z.int().nullable(),
		sourceVersion: z.string().nullable().meta({ description: 'Of the list it is from' }),
		rates: z.array(rateAnswer),
	})
	.meta({ id: 'Price' });

export const pricePageAnswer = z.object({
	prices: z.array(priceAnswer),
	nextCursor: z.string().nullable(),
});

const ceilingFields = {
	input: z.int(),
	output: z.int(),
	unknownPrice: z.enum(UNKNOWN_PRICES),
};

export const lookupAnswer = z.discriminatedUnion('found', [
	z.object({
		found: z.literal(true),
		source: z.enum(PRICE_SOURCES),
		provider: z.string(),
		model: z.string(),
		contextTokens: z.int().nullable(),
		unknownTier: z.boolean().meta({
			description: 'This tier may cost more than the standard one, and no rate says how much',
		}),
		rates: z.array(rateAnswer),
	}),
	z.object({
		found: z.literal(false),
		ceiling: z.object(ceilingFields),
	}),
]);

export const heldAnswer = z.array(
	rateAnswer.omit({ rate: true }).extend({
		provider: z.string(),
		model: z.string(),
		from: z.int().nullable().meta({ description: 'The rate used now' }),
		to: z.int(),
	}),
);

const MAX_IDS = 10_000;
export const heldBody = z.strictObject({
	ids: z.array(text(500).min(1)).min(1).max(MAX_IDS).meta({ description: 'Each a rateId' }),
});
export const decidedAnswer = z.object({
	decided: z.array(z.string()).meta({ description: 'Those of them that were held' }),
});

const ceilingField = rateField.min(1).max(MAX_TOKEN_RATE).nullish();
export const ceilingBody = z
	.strictObject({
		input: ceilingField,
		output: ceilingField,
		unknownPrice: z.enum(UNKNOWN_PRICES).nullish().meta({
			description:
				'What becomes of an ask for a call of a model without a price; it is recorded in any case',
		}),
	})
	.refine(({ input, output, unknownPrice }) => (input ?? output ?? unknownPrice ?? null) !== null, {
		message: 'expected one of input, output and unknownPrice',
	});
export const ceilingParams = z.object({
	provider: anyId.meta({ description: 'As calls name it, whatever its case; * is every one' }),
});

export const ceilingAnswer = z
	.object({
		provider: z.string(),
		...ceilingFields,
		set: z
			.object({
				input: z.int().nullable(),
				output: z.int().nullable(),
				unknownPrice: z.enum(UNKNOWN_PRICES).nullable(),
			})
			.nullable()
			.meta({ description: 'What was set for this provider; null: nothing' }),
	})
	.meta({ id: 'PriceCeiling', description: 'Micro-cents per million tokens without a price' });

import { z } from 'zod';
import { MICRO_CENTS_PER_USD } from '../../../../core/money.ts';
import { anyId, day, microCents, text } from './common.ts';
import { page } from './page.ts';

/** Two percent and a dollar: rounding and calls at midnight are neither. */
const PERCENT = 2;
const MICRO_CENTS = MICRO_CENTS_PER_USD;
/** OpenAI and Anthropic add to a day for some hours after its end. */
const SETTLE_HOURS = 24;
const SETTLE_HOURS_MAX = 31 * 24;
const PAGES_MAX = 10_000;

export const reconciliationBody = z.strictObject({
	provider: anyId
		.optional()
		.meta({ description: 'Compare this provider only; left out: all that the reports are of' }),
	reports: z
		.array(z.unknown())
		.min(1)
		.max(PAGES_MAX)
		.meta({ description: 'Pages of usage and cost reports, as the vendors answer them' }),
	keyMap: z
		.record(anyId, anyId)
		.default({})
		.meta({ description: "The vendor's id of a key → the keyId that calls are recorded with" }),
	thresholdPercent: z.number().min(0).max(100).default(PERCENT),
	thresholdMicroCents: microCents.default(MICRO_CENTS),
	settleHours: z
		.number()
		.min(0)
		.max(SETTLE_HOURS_MAX)
		.default(SETTLE_HOURS)
		.meta({ description: 'A day is final this long after its end; before it is not alerted' }),
});

export const reconciliationQuery = z.strictObject({
	provider: anyId.optional().meta({ description: 'Of the lines' }),
	from: day.optional().meta({ description: 'First day, itself within' }),
	to: day.optional().meta({ description: 'Last day, itself within' }),
	onlyFindings: z
		.enum(['true', 'false'])
		.default('false')
		.meta({ description: 'Leaves out what agrees' }),
	limit: page.limit,
	cursor: page.cursor,
});

/** Where a page begins: behind this line. */
export const reconciliationPlace = z.object({ day, provider: text(200), keyId: text(200) });

/** Below 0 where a vendor gives back more than it takes. */
const signedMicroCents = z.int().meta({ description: 'Integer micro-cents, 10⁻⁸ USD' });
const percent = z
	.number()
	.meta({ description: 'Of the larger of the two, −100 to 100; −200 to 200 where one is below 0' });
const tokens = z.object({ input: z.int(), output: z.int() });

const totals = {
	vendorMicroCents: signedMicroCents,
	ledgerMicroCents: signedMicroCents,
	driftMicroCents: signedMicroCents.meta({ description: 'Vendor − ledger' }),
	driftPercent: percent,
};

const comparedLine = z
	.object({
		provider: z.string(),
		day: z.string().meta({ description: 'UTC', examples: ['2026-11-20'] }),
		keyId: z.string().meta({ description: '(none): calls without a key; (all): the whole day' }),
		level: z.enum(['key', 'day']),
		basis: z
			.enum(['billed', 'priced'])
			.meta({ description: 'priced: the vendor told the use, and the price book its cost' }),
		inTotals: z
			.boolean()
			.meta({ description: 'False for a second look at a day whose bill is in another line' }),
		...totals,
		ledgerBySource: z.record(z.string(), signedMicroCents),
		calls: z.int().meta({ description: 'Recorded calls' }),
		vendorTokens: tokens.nullable(),
		ledgerTokens: tokens,
		provisional: z.boolean().meta({ description: 'The vendor may still change this day' }),
		finding: z.enum(['notRecorded', 'notBilled', 'drift']).nullable(),
	})
	.meta({ id: 'ReconciliationLine' });

export const reconciliationAnswer = z
	.object({
		from: z.string().nullable(),
		to: z.string().nullable(),
		lines: z.array(comparedLine),
		findings: z.array(comparedLine).meta({ description: 'The lines that are too far apart' }),
		totals: z.object(totals),
		unpriced: z
			.array(
				z.object({
					provider: z.string(),
					day: z.string(),
					keyId: z.string().nullable(),
					model: z.string().nullable(),
					inputTokens: z.int(),
					outputTokens: z.int(),
				}),
			)
			.meta({ description: 'Use that the price book has no price for; in no sum' }),
		alerts: z.array(
			z.object({
				provider: z.string(),
				day: z.string(),
				...totals,
				findings: z.int(),
				raised: z.boolean().meta({ description: 'False: that day was alerted about before' }),
			}),
		),
	})
	.meta({ id: 'Reconciliation' });

export const reconciliationsAnswer = z.object({
	lines: z.array(comparedLine.extend({ comparedAt: z.string() })),
	nextCursor: z.string().nullable(),
});

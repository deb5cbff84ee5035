import { z } from 'zod';
import { LINE_VENDORS } from '../../../../core/readers/billing/vendorLine.ts';
import { MICRO_CENTS_PER_USD } from '../../../../core/money.ts';
import { anyId, instant, tenantId, text } from './common.ts';
import { fieldError } from './answers.ts';

/** A batch is cut here so that its transaction stays short; callers with more send more batches. */
const MAX_LINES = 1000;
const FORM = `expected one line, an array of up to ${MAX_LINES} lines, or a list as the vendor pages it`;

/** Where a list lies in what Twilio and CloudWatch answer; `lines` is ours. */
const LISTS = ['lines', 'calls', 'messages', 'usage_records', 'logEvents', 'events'] as const;

/** A schedule that found nothing new sends none. */
const lines = z.array(z.unknown()).max(MAX_LINES, { error: FORM });

export const vendorParams = z.object({
	vendor: z.enum(LINE_VENDORS).meta({ description: 'Whose lines they are' }),
});

/** `true`, `1`: yes; `false`, `0`: no. */
const flag = z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'] });

export const vendorUsageQuery = z.strictObject({
	tenantId: tenantId.optional().meta({ description: 'Whose the lines are that do not say' }),
	tenantTag: text(128).min(1).default('tenant_id').meta({
		description: 'The resource tag of AWS, or the field of the line, that holds the tenant',
	}),
	keyId: anyId.optional().meta({
		description:
			'The vendor key of lines that do not say; lines of AWS say line_item_iam_principal',
	}),
	exportedAt: instant
		.transform((given) => Date.parse(given))
		.optional()
		.meta({ description: 'When the export was made: lines of an older one change nothing' }),
	skip: text(2000)
		.default('')
		.transform((given) => given.split(',').map((name) => name.trim().toLowerCase()))
		.meta({
			description: 'Comma-separated product codes and categories that are recorded another way',
			examples: ['AWSLambda,sms'],
		}),
	includeModels: flag.default(false).meta({
		description: 'Takes lines of model calls, too, when no node records them',
	}),
});

export type VendorUsageQuery = z.output<typeof vendorUsageQuery>;

/** Lines are checked one by one by the handler, so that a bad one rejects itself alone. */
export const vendorUsageBody = z
	.union([lines, z.record(z.string(), z.unknown()).transform(listed).pipe(lines)], { error: FORM })
	.meta({
		description: `One line, an array of up to ${MAX_LINES}, or a page of the vendor's list`,
	});

function listed(body: Record<string, unknown>): unknown[] {
	const list = LISTS.map((name) => body[name]).find((value) => Array.isArray(value));

	return Array.isArray(list) ? list : [body];
}

/** 1 million USD, both ways. */
const MAX_COST = 1_000_000 * MICRO_CENTS_PER_USD;

const signedMicroCents = z
	.int()
	.min(-MAX_COST)
	.max(MAX_COST)
	.meta({ description: 'Integer micro-cents, 10⁻⁸ USD; below 0 for a refund' });

/** Segments of one message, minutes of one call: far from where their price would leave the safe integers. */
const MAX_UNITS = 1_000_000;

/** What is kept of a line. */
export const keptLine = z.object({
	id: anyId,
	tenantId,
	kind: anyId,
	keyId: anyId.optional(),
	requestId: text(200),
	costMicroCents: signedMicroCents.optional(),
	otherUnits: z.record(z.string(), z.int().max(MAX_UNITS)).optional(),
});

const listedLine = { index: z.int(), id: z.string().optional() };

export const vendorUsageAnswer = z
	.object({
		recorded: z.int(),
		corrected: z.int().meta({ description: 'Known lines that took their own place' }),
		unchanged: z.int().meta({ description: 'Known lines that say nothing new' }),
		estimated: z.int().meta({ description: 'Lines among them that the vendor has not rated yet' }),
		rejected: z.array(z.object({ ...listedLine, errors: z.array(fieldError) })),
		skipped: z.array(z.object({ ...listedLine, reason: z.string() })),
		costsMicroCents: z.array(signedMicroCents.nullable()).meta({
			description: 'What is recorded of each line, in order; null for those rejected and skipped',
		}),
	})
	.meta({ id: 'VendorUsageAnswer' });

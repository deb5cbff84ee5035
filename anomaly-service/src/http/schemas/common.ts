import { z } from 'zod';
import { MICRO_CENTS_PER_USD } from '../../../../core/money.ts';
import { parseDuration } from '../../../../core/windows.ts';

/** Long enough for a UUID, an e-mail address or a URN; control characters would break log lines and headers. */
const ID_MAX = 200;

const idText = z
	.string()
	.min(1)
	.max(ID_MAX)
	.regex(/^[^\p{Cc}\p{Cs}\s](?:[^\p{Cc}\p{Cs}]*[^\p{Cc}\p{Cs}\s])?$/u, {
		message: 'expected printable characters without surrounding space',
	});

export const tenantId = idText.meta({
	description: 'The customer whose usage is metered',
	examples: ['org_98765_alpha'],
});
export const anyId = idText;

/** At most 1 million USD for one call: anything more is a mistake of units. */
export const microCents = z
	.int()
	.min(0)
	.max(1_000_000 * MICRO_CENTS_PER_USD)
	.meta({ description: 'Integer micro-cents, 10⁻⁸ USD' });

/** More tokens than any model takes in one call, and far from where prices would leave the safe integers. */
export const tokens = z.int().min(0).max(1_000_000_000).meta({ description: 'Number of tokens' });

export const instant = z.iso
	.datetime({ offset: true })
	.meta({ description: 'RFC 3339 date and time', examples: ['2026-10-14T08:12:45Z'] });

export const duration = z
	.string()
	.refine((text) => parseDuration(text) !== undefined, {
		message: 'expected a whole number and s, m, h or d, such as 30m or 1h',
	})
	.meta({ description: 'Duration such as 90s, 30m, 1h or 7d', examples: ['1h'] });

export const tenantParams = z.object({ tenantId });
export const tenantQuery = z.object({ tenantId: tenantId.optional() });

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

/**
 * Postgres has no NUL, and half a surrogate pair is no text in UTF-8: one of them would fail the whole statement, with
 * every other event in it.
 */
export const PLAIN_TEXT = /^[^\u0000\p{Cs}]*$/u;
export const PLAIN_TEXT_FORM = 'expected text without NUL or half a surrogate pair';

/** Free text, kept as it came. */
export function text(max: number) {
	return z.string().max(max).regex(PLAIN_TEXT, { message: PLAIN_TEXT_FORM });
}

export const tenantId = idText.meta({
	description: 'The customer whose usage is metered',
	examples: ['org_98765_alpha'],
});
export const anyId = idText;

/** Longer than other ids: it carries its tenant's. */
export const reservationId = z
	.string()
	.min(1)
	.max(1200)
	.regex(PLAIN_TEXT, { message: PLAIN_TEXT_FORM });

/** At most 1 million USD for one call: anything more is a mistake of units. */
export const microCents = z
	.int()
	.min(0)
	.max(1_000_000 * MICRO_CENTS_PER_USD)
	.meta({ description: 'Integer micro-cents, 10⁻⁸ USD' });

/** More tokens than any model takes in one call, and far from where prices would leave the safe integers. */
export const tokens = z.int().min(0).max(1_000_000_000).meta({ description: 'Number of tokens' });

export const instant = z.iso
	.datetime({
		offset: true,
		error: 'expected an RFC 3339 date and time such as 2026-10-14T08:12:45Z',
	})
	// Postgres knows no year 0, and an event of another millennium is a mistake of units.
	.regex(/^2/, { message: 'expected a year from 2000 to 2999' })
	.meta({ description: 'RFC 3339 date and time', examples: ['2026-10-14T08:12:45Z'] });

/** A day of a report, whose time zone says when it begins. */
export const day = z.iso
	.date({ error: 'expected a day such as 2026-10-14' })
	.regex(/^2/, { message: 'expected a day in a year from 2000 to 2999' });

/** As epoch ms; a day is its first instant in UTC. */
export const dayOrInstant = z
	.string()
	.refine((given) => day.safeParse(given).success || instant.safeParse(given).success, {
		// What is no date is neither before nor after another one.
		abort: true,
		message:
			'expected a day such as 2026-10-14 or an RFC 3339 date and time, in a year from 2000 to 2999',
	})
	.transform((given) => Date.parse(given))
	.meta({
		description: 'RFC 3339 date and time, or a day, which begins at 00:00 UTC',
		examples: ['2026-10-01', '2026-10-14T08:12:45Z'],
	});

/** A year and a day: what is meant to last longer is meant to last until somebody ends it. */
const MAX_DURATION = '366d';
const MAX_DURATION_MS = parseDuration(MAX_DURATION) ?? 0;

export const duration = z
	.string()
	.refine((given) => (parseDuration(given) ?? Infinity) <= MAX_DURATION_MS, {
		message: `expected a whole number and s, m, h or d, such as 30m or 1h, at most ${MAX_DURATION}`,
	})
	.meta({
		description: `Duration such as 90s, 30m, 1h or 7d, at most ${MAX_DURATION}`,
		examples: ['1h'],
	});

export const tenantParams = z.object({ tenantId });
export const tenantQuery = z.strictObject({ tenantId: tenantId.optional() });

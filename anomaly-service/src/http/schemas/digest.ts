import { z } from 'zod';
import { day, instant, tenantId } from './common.ts';
import { sums } from './spendReport.ts';
import { timeZone } from './timeZone.ts';

export const digestQuery = z.strictObject({
	day: day.optional().meta({ description: 'Left out: yesterday', examples: ['2026-10-14'] }),
	timeZone,
	tenantId: tenantId.optional(),
});

const signed = z.int();
const spend = { calls: z.int(), costMicroCents: signed };
const model = z.object({ provider: z.string(), model: z.string(), ...spend });
const percent = z.number().nullable().meta({ description: 'With one decimal' });

export const digestAnswer = z
	.object({
		day: z.string(),
		timeZone: z.string(),
		tenantId: z.string().nullable(),
		from: instant,
		to: instant,
		totals: z.object(sums),
		expected: z
			.object({ basis: z.enum(['sameWeekday', 'lastDays']), days: z.int() })
			.nullable()
			.meta({ description: 'What the expectation is the mean of; null: nothing was used before' }),
		change: z
			.object({
				expectedMicroCents: signed,
				expectedCalls: z.int(),
				changeMicroCents: signed,
				changePercent: percent,
				volumeMicroCents: signed.meta({ description: 'The part that the number of calls makes' }),
				rateMicroCents: signed.meta({ description: 'The part that the cost of a call makes' }),
			})
			.nullable(),
		cachedShare: z.number().nullable().meta({ description: 'Of all input, 0 to 1' }),
		lastWeek: z.object({ day: z.string(), ...spend }),
		topTenants: z.array(z.object({ tenantId: z.string(), ...spend })),
		topModels: z.array(model),
		movers: z.array(
			z.object({
				tenantId: z.string(),
				...spend,
				expectedMicroCents: signed.nullable(),
				changeMicroCents: signed,
				changePercent: percent,
			}),
		),
		unknownPrices: z.array(model).meta({ description: 'Charged at a ceiling' }),
		incidents: z.int(),
		subject: z.string(),
		text: z.string().meta({ description: 'Plain text for a chat or a mail' }),
	})
	.meta({ id: 'SpendDigest' });

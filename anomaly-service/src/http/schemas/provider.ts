import { z } from 'zod';
import { LIMIT_UNITS } from '../../../../core/limits.ts';
import { parseWindow } from '../../../../core/windows.ts';
import { anyId, instant, text } from './common.ts';

/** Calls under way have no window, and no vendor limits them by tier. */
const units = LIMIT_UNITS.filter((unit) => unit !== 'concurrency');

/** Every model of a vendor in every unit is fewer; each is looked at for every model that is called. */
const MAX_OVERRIDES = 200;

const override = z.strictObject({
	model: anyId.optional().meta({
		description:
			'Counted with its snapshots and the models the vendor counts it with; without it, all',
		examples: ['gpt-4o'],
	}),
	unit: z.enum(units),
	window: z
		.string()
		.refine((given) => parseWindow(given) !== undefined, {
			message: 'expected a duration from 1s to 366d, such as 1m, or day, week or month',
		})
		.meta({ examples: ['1m', 'day', 'day@America/Los_Angeles'] }),
	capacity: z.int().min(0).meta({ description: 'In the unit, money in µ¢ (10⁻⁸ USD)' }),
});

export const providerBody = z.strictObject({
	tier: text(50)
		.min(1)
		.meta({
			description: 'A tier of the provider, or auto: what its own headers say is all that holds',
			examples: ['3', 'build', 'auto'],
		}),
	overrides: z
		.array(override)
		.max(MAX_OVERRIDES)
		.default([])
		.meta({ description: 'Instead of the preset, or where it has nothing' }),
});

export const providerParams = z.object({ providerId: anyId });

export const providerAnswer = z
	.object({
		provider: z.string(),
		tier: z.string().nullable().meta({ description: 'null: not set, and nothing is enforced' }),
		tiers: z.array(z.string()).meta({ description: 'What it can be set to' }),
		overrides: z.array(
			z.object({
				model: z.string().nullable(),
				unit: z.string(),
				window: z.string(),
				capacity: z.int(),
			}),
		),
		throttledUntil: instant.nullable(),
	})
	.meta({ id: 'Provider' });

const observed = z.object({
	limit: z.int().nullable(),
	remaining: z.int().nullable(),
	resetsAt: instant.nullable(),
	seenAt: instant,
});

export const providerStateAnswer = z
	.object({
		provider: z.string(),
		tier: z.string().nullable(),
		throttledUntil: instant.nullable(),
		limits: z.array(
			z.object({
				limitId: z.string(),
				scope: z.enum(['provider', 'model']),
				subject: z.string(),
				unit: z.enum(LIMIT_UNITS),
				window: z.string().nullable(),
				capacity: z.int(),
				source: z.enum(['preset', 'override', 'header']),
				spent: z.int(),
				held: z.int(),
				remaining: z.int(),
				resetsAt: instant.nullable(),
				observed: observed
					.nullable()
					.meta({ description: 'What the provider said of it in the headers of a response' }),
			}),
		),
	})
	.meta({ id: 'ProviderState' });

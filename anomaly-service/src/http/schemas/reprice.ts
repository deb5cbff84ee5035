import { z } from 'zod';
import { anyId, dayOrInstant, microCents, tenantId } from './common.ts';

export const repriceBody = z.strictObject({
	from: dayOrInstant,
	to: dayOrInstant.meta({ description: 'The end, itself not within' }),
	tenantId: tenantId.optional(),
	provider: anyId.optional(),
	model: anyId.optional(),
	dryRun: z
		.boolean()
		.default(true)
		.meta({ description: 'Tells what would change, and changes nothing' }),
});

const sums = {
	events: z.int(),
	beforeMicroCents: microCents.max(Number.MAX_SAFE_INTEGER),
	afterMicroCents: microCents.max(Number.MAX_SAFE_INTEGER),
};

export const repriceAnswer = z
	.object({
		...sums,
		changed: z.int(),
		unchanged: z.int(),
		differenceMicroCents: z.int(),
		leftAlone: z.object({
			vendor: z.int().meta({ description: 'The vendor said what they cost' }),
			estimate: z.int().meta({ description: 'What was held for them: nobody told their end' }),
		}),
		byModel: z.array(z.object({ provider: z.string(), model: z.string(), ...sums })),
		dryRun: z.boolean(),
	})
	.meta({ id: 'Repriced' });

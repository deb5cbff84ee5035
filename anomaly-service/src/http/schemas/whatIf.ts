import { z } from 'zod';
import { anyId, dayOrInstant, instant, tenantId, text } from './common.ts';

export const whatIfQuery = z.strictObject({
	from: dayOrInstant.optional().meta({ description: 'Left out: 30 days before the end' }),
	to: dayOrInstant.optional().meta({ description: 'The end, itself not within; left out: now' }),
	tenantId: tenantId.optional(),
	workflowId: text(200).optional().meta({ description: 'Of the calls looked at' }),
	nodeName: text(200).optional().meta({ description: 'Of the calls looked at' }),
	provider: anyId.optional().meta({ description: 'Of the calls looked at' }),
	model: anyId.optional().meta({ description: 'Of the calls looked at, as it was recorded' }),
	toProvider: anyId.optional().meta({ description: 'Who serves it; goes with toModel' }),
	toModel: anyId.optional().meta({ description: 'The model they would have been answered by' }),
	serviceTier: text(100)
		.min(1)
		.optional()
		.meta({
			description: 'The tier they would have been made on',
			examples: ['batch'],
		}),
	promptCaching: z
		.enum(['true', 'false'])
		.optional()
		.meta({ description: 'Whether calls of a node would have read what they share from a cache' }),
	prefixTokens: z.coerce.number().int().min(1).max(10_000_000).optional().meta({
		description:
			'How much of their input the calls of a node share; left out: their smallest input',
	}),
});

const signed = z.int();
const compared = {
	events: z.int(),
	actualMicroCents: signed,
	whatIfMicroCents: signed,
	differenceMicroCents: signed.meta({ description: 'Negative: it would have cost less' }),
};

export const whatIfAnswer = z
	.object({
		from: instant,
		to: instant,
		...compared,
		unpricedEvents: z.int().meta({ description: 'Left out of both sums' }),
		differencePercent: z.number().nullable(),
		atMost: z.boolean().meta({ description: 'True: the saving is an upper bound' }),
		byModel: z.array(z.object({ provider: z.string(), model: z.string(), ...compared })),
		assumptions: z.array(z.string()),
	})
	.meta({ id: 'WhatIf' });

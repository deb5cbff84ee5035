import { DAY_MS } from '../../../../core/durations.ts';
import { z } from 'zod';
import { OTHER_UNITS } from '../../../../core/otherUnits.ts';
import { USAGE_EVENT_TYPE } from '../../../../core/usageEvent.ts';
import { anyId, instant, microCents, reservationId, tenantId, text, tokens } from './common.ts';
import { rateLimitHeaders } from './rateLimitHeaders.ts';

const usage = z
	.strictObject({
		inputUncached: tokens.default(0),
		cacheRead: tokens.default(0),
		cacheWrite5m: tokens.default(0),
		cacheWrite1h: tokens.default(0),
		inputAudio: tokens.default(0),
		output: tokens.default(0),
		reasoning: tokens.default(0),
		outputAudio: tokens.default(0),
	})
	.refine((buckets) => buckets.reasoning <= buckets.output, {
		path: ['reasoning'],
		message: 'lies within output and may not exceed it',
	})
	.meta({
		description: 'Disjoint token buckets; reasoning lies within output. A missing bucket is 0.',
	});

const otherUnits = z.partialRecord(z.enum(OTHER_UNITS), tokens).meta({
	description:
		'Counts of what is billed beside the tokens (webSearch), or apart within them (outputImage)',
});

/** What is no hash could be a prompt, which nobody here may see. */
const callHash = z
	.string()
	.min(8)
	.max(128)
	.regex(/^[\w+/=-]+$/, { message: 'expected a hash in hex or base64' });

const data = z.strictObject({
	provider: anyId.meta({ description: 'OpenTelemetry gen_ai.provider.name', examples: ['openai'] }),
	model: anyId.meta({ description: 'The model that answered', examples: ['gpt-4o-mini'] }),
	endpoint: text(500)
		.min(1)
		.optional()
		.meta({ examples: ['api.openai.com/v1/chat/completions'] }),
	usage,
	otherUnits: otherUnits.optional(),
	serviceTier: text(50)
		.min(1)
		.optional()
		.meta({ description: 'What the vendor billed it as', examples: ['standard', 'batch'] }),
	estimated: z.boolean().optional(),
	latencyMs: z.number().min(0).max(DAY_MS).optional(),
	statusCode: z.int().min(100).max(599).optional(),
	requestId: text(200).optional(),
	costMicroCents: microCents.optional(),
	reservationId: reservationId.optional(),
	workflowId: text(200).optional(),
	nodeName: text(200).optional(),
	executionId: text(200).optional(),
	trigger: text(200)
		.optional()
		.meta({ description: 'What started the execution', examples: ['Webhook'] }),
	keyId: anyId.optional().meta({
		description: 'The vendor key the call was made with: its id or a label, never the key itself',
	}),
	promptHash: callHash.optional().meta({
		description: 'Hash of the whole prompt, hex or base64; looked at for loops and not kept',
	}),
	toolCallHash: callHash.optional().meta({
		description:
			'Hash of the tool call (name and arguments) whose result the prompt ends with; looked at for loops and not kept',
	}),
	rateLimitHeaders: rateLimitHeaders.optional(),
});

/** CloudEvents 1.0: extension attributes of the envelope are allowed and not kept; `data` is taken strictly. */
export const usageEvent = z
	.object({
		specversion: z.literal('1.0'),
		id: anyId,
		source: text(500)
			.min(1)
			.refine((source) => !source.startsWith('vendor/'), {
				message: 'begins with vendor/, which is for the lines that POST /v1/usage/{vendor} takes',
			}),
		type: z.literal(USAGE_EVENT_TYPE),
		subject: tenantId,
		time: instant,
		data,
	})
	.meta({ id: 'UsageEvent', description: 'One metered call, unique by source + id' });

/** A batch is cut here so that its transaction stays short; callers with more send more batches. */
const MAX_BATCH = 1000;

const BATCH_FORM = `expected an event object or an array of 1 to ${MAX_BATCH} events`;

/** Events are checked one by one by the handler, so that a bad one rejects itself alone. */
export const usageBatch = z
	.union(
		[
			z.array(z.unknown()).min(1, { error: BATCH_FORM }).max(MAX_BATCH, { error: BATCH_FORM }),
			z.record(z.string(), z.unknown()),
		],
		{ error: BATCH_FORM },
	)
	.meta({ description: `One event, or an array of 1 to ${MAX_BATCH}` });

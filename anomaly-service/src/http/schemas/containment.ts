import { z } from 'zod';
import { ACTION_KINDS, ACTION_STATES } from '../../../../core/containment/action.ts';
import { instant, tenantId, text } from './common.ts';

const severity = z.enum(['warning', 'high', 'critical']);
const STEPS_MAX = 50;
const SETTINGS_MAX = 30;
const TARGETS_MAX = 50;

const setting = z.union([text(500), z.number(), z.boolean()]);

/** A name in a policy: `{stripeCustomer}`. */
const name = z
	.string()
	.regex(/^[\w.-]{1,64}$/, { message: 'expected letters, digits, _, - and ., at most 64' });

export const policyBody = z
	.strictObject({
		steps: z
			.array(
				z.strictObject({
					action: z.enum(ACTION_KINDS),
					vendor: text(100)
						.min(1)
						.meta({
							description:
								'llm-fuse for what the service does itself, else as its workflow is named',
							examples: ['llm-fuse', 'stripe'],
						}),
					targetId: text(500)
						.min(1)
						.meta({
							description: 'The id at the vendor, or names of targets in braces',
							examples: ['{tenantId}', '{stripeCustomer}'],
						}),
					severities: z.array(severity).min(1).max(3),
					mode: z.enum(['automatic', 'approval']).default('automatic'),
					settings: z
						.record(text(64).min(1), setting)
						.refine((settings) => Object.keys(settings).length <= SETTINGS_MAX, {
							message: `expected at most ${SETTINGS_MAX} settings`,
						})
						.default({})
						.meta({ description: 'What the vendor needs to know beside the target; no secrets' }),
				}),
			)
			.max(STEPS_MAX),
		dryRun: z
			.boolean()
			.default(false)
			.meta({ description: 'Every step but the block is only told and recorded' }),
		openOnFlags: z.array(severity).max(3).default([]).meta({
			description: 'Findings that only flag open an incident too when they are this severe',
		}),
	})
	.meta({ id: 'ContainmentPolicy' });

export const policyAnswer = policyBody.extend({
	isDefault: z
		.boolean()
		.optional()
		.meta({ description: 'Nobody set one: what the service does by itself' }),
});

export const targetsBody = z
	.record(name, text(500).min(1))
	.refine((targets) => Object.keys(targets).length <= TARGETS_MAX, {
		message: `expected at most ${TARGETS_MAX} targets`,
	})
	.refine((targets) => !Object.hasOwn(targets, 'tenantId'), {
		message: 'tenantId is the tenant itself and cannot be set',
	})
	.meta({ description: 'Ids at vendors by name; no secrets' });

export const planQuery = z.strictObject({ severity: severity.default('critical') });

export const planAnswer = z.object({
	tenantId,
	severity,
	opensBreaker: z.boolean(),
	dryRun: z.boolean(),
	steps: z.array(
		z.object({
			action: z.string(),
			vendor: z.string(),
			targetId: z.string(),
			reversible: z.boolean(),
			state: z.enum(['requested', 'awaitingApproval', 'dryRun']),
			settings: z.record(z.string(), z.unknown()),
		}),
	),
	leftOut: z.array(
		z.object({ action: z.string(), vendor: z.string(), missing: z.array(z.string()) }),
	),
});

const order = z.object({
	actionId: z.string(),
	incidentId: z.string(),
	tenantId,
	action: z.string(),
	vendor: z.string(),
	targetId: z.string(),
	direction: z.enum(['apply', 'undo']),
	sequence: z.int(),
	attempt: z.int(),
	settings: z.record(z.string(), z.unknown()),
	restore: z.record(z.string(), z.unknown()).nullable(),
	reversible: z.boolean(),
	severity,
	rule: z.string(),
});

export const actionAnswer = order
	.extend({
		position: z.int(),
		state: z.enum(ACTION_STATES),
		outcome: z.string().nullable(),
		detail: z.string().nullable(),
		error: z.string().nullable(),
		decidedBy: z.string().nullable(),
		dueAt: instant.nullable(),
		claimedUntil: instant.nullable(),
		requestedAt: instant.nullable(),
		appliedAt: instant.nullable(),
		verifiedAt: instant.nullable(),
		reportedAt: instant.nullable(),
		endsAt: instant.nullable(),
	})
	.meta({ id: 'Action', description: 'A containment step' });

export const claimAnswer = z.discriminatedUnion('granted', [
	order.extend({ granted: z.literal(true) }),
	z.object({
		granted: z.literal(false),
		reason: z.enum(['notRequested', 'outdated', 'claimed']),
	}),
]);

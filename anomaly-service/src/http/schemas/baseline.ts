import { z } from 'zod';
import { parseDuration } from '../../../../core/windows.ts';
import { duration, instant, tenantId, tenantParams, text } from './common.ts';
import { page } from './page.ts';

/** What a version can be in the database: Postgres fails on more. */
const VERSION_MAX = 2_147_483_647;
const version = z.int().min(1).max(VERSION_MAX);
const versionText = z.coerce.number().int().min(1).max(VERSION_MAX);

/** Postgres answers nothing longer; a person writes a sentence. */
const note = text(500).optional().meta({ description: 'Why, for whoever looks at it later' });

export const versionParams = tenantParams.extend({ version: versionText });
export const versionsQuery = z.strictObject(page);
/** Of a page of versions: the last one on it. */
export const versionPlace = version;
export const diffQuery = z.strictObject({
	from: versionText.optional().meta({ description: 'Left out: the version `to` came after' }),
	to: versionText.optional().meta({ description: 'Left out: the version in use' }),
});

export const noteBody = z.strictObject({ note });

const DEFAULT_HOLD = '1d';
export const rollBackBody = z.strictObject({
	version,
	note,
	holdFor: duration
		.default(DEFAULT_HOLD)
		.transform((written) => parseDuration(written) ?? 0)
		.meta({
			description: `No scheduled refresh replaces it for as long; ${DEFAULT_HOLD} unless given`,
			examples: ['1d', '7d'],
		}),
});

const DEFAULT_FRESH = '20h';
export const refreshAllBody = z.strictObject({
	olderThan: duration
		.default(DEFAULT_FRESH)
		.transform((written) => parseDuration(written) ?? 0)
		.meta({
			description: `Baselines fitted less long ago are left alone; ${DEFAULT_FRESH} unless given`,
			examples: ['20h', '1h'],
		}),
	limit: z.int().min(1).max(1000).default(100).meta({ description: 'Tenants looked at, at most' }),
	cursor: text(400).optional().meta({ description: 'nextCursor of the answer before' }),
});

const facts = {
	version,
	fittedAt: instant,
	tangentLimit: z.number().meta({
		description:
			'tan(angle) to the nearest centroid at which a snapshot is flagged, before the own alerts of the tenant',
	}),
	theta: z.number().meta({ description: 'What its own alerts added: the limit times e^theta' }),
	cause: z.enum(['daily', 'nightly', 'refresh', 'prior', 'accepted', 'automatic']).meta({
		description:
			'daily: the service; nightly: a workflow; refresh: somebody; prior: the first one, which knows little; accepted, automatic: a new normal',
	}),
	snapshots: z.int(),
	centroids: z.int(),
	excludedMinutes: z.int().meta({ description: 'Minutes of the 14 days it did not learn from' }),
	parent: version.nullable(),
	note: z.string().nullable(),
	createdBy: z.string(),
	active: z.boolean(),
};

const listedBaseline = z.looseObject(facts);
export const versionsAnswer = z
	.object({ versions: z.array(listedBaseline), nextCursor: z.string().nullable() })
	.meta({ id: 'BaselinePage' });

export const baselineAnswer = z
	.looseObject({
		tenantId,
		...facts,
		levels: z.looseObject({}),
		scales: z.array(z.looseObject({})),
		inForce: z
			.object({
				tangentLimit: z.number(),
				theta: z.number(),
				heldUntil: instant.nullable(),
				spaces: z.array(z.string()),
			})
			.nullable()
			.meta({ description: 'What holds now; null for a version that is not in use' }),
		newNormal: z
			.object({ startedAt: instant, askedAt: instant })
			.nullable()
			.optional()
			.meta({ description: 'The open question whether there is a new normal' }),
	})
	.meta({ id: 'Baseline' });

export const refreshedAnswer = z
	.looseObject({
		tenantId,
		version,
		parent: version.nullable(),
		fittedAt: instant,
		tangentLimit: z.number(),
		snapshots: z.int(),
		centroids: z.int(),
		excludedMinutes: z.int(),
	})
	.meta({ id: 'RefreshedBaseline' });

const counts = z.object({
	from: z.int(),
	to: z.int(),
	appeared: z.int(),
	vanished: z.int(),
});

export const diffAnswer = z
	.object({
		tenantId,
		from: version,
		to: version,
		moved: z.boolean().meta({ description: 'Whether anything changed that a person should see' }),
		changes: z.array(z.string()).meta({ description: 'What moved, a line each' }),
		figures: z.array(
			z.object({ what: z.string(), from: z.number(), to: z.number(), moved: z.boolean() }),
		),
		centroids: counts,
	})
	.meta({ id: 'BaselineDiff' });

const moved = {
	version,
	parent: version.nullable(),
	moved: z.boolean(),
	changes: z.array(z.string()),
};
const told = { reason: z.string() };

export const refreshAllAnswer = z
	.object({
		refreshed: z.int(),
		fresh: z.int(),
		skipped: z.int(),
		failed: z.int(),
		tenants: z.array(
			z.discriminatedUnion('outcome', [
				z.object({ tenantId, outcome: z.literal('refreshed'), ...moved }),
				z.object({ tenantId, outcome: z.literal('fresh'), ...moved }),
				z.object({ tenantId, outcome: z.literal('skipped'), ...told }),
				z.object({ tenantId, outcome: z.literal('failed'), ...told }),
			]),
		),
		nextCursor: z.string().nullable().meta({ description: 'null: everybody was looked at' }),
	})
	.meta({ id: 'BaselineRound' });

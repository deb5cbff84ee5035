import { MINUTE_MS } from '../../core/durations.ts';
import { z } from 'zod';
import { MAX_BUDGET_PER_WEEK, MIN_BUDGET_PER_WEEK } from '../../core/adaptiveLimit.ts';
import { parseBusinessHours, type BusinessHours } from '../../core/businessHours.ts';
import { limitId, type LimitScope, type LimitUnit } from '../../core/limits.ts';
import { usdToMicroCents, type MicroCents } from '../../core/money.ts';
import type { Window } from '../../core/windows.ts';
import { detectorEnvironment, healthThresholds } from './detectorSettings.ts';
import type { HealthThresholds } from './detectors/thresholds.ts';
import { parseRedisUrl } from './adapters/redis/redisUrl.ts';
import type { ConfiguredLimit } from './stages/limitBook.ts';
import type { PriceCeiling } from './stages/price.ts';
import { requireSlackUsers, slackOf, slackVariables, type SlackSettings } from './slackSettings.ts';

export type Config = {
	host: string;
	port: number;
	/** Folder of the embedded database; `memory` keeps nothing. */
	dataDir: string;
	/** A Postgres to use in place of the embedded database. */
	databaseUrl: string | undefined;
	/** A Supabase project whose REST API to use in place of the embedded database. */
	supabase: { url: string; secretKey: string } | undefined;
	/** Where counters live; without it in this process, which then has to be the only one. */
	redisUrl: string | undefined;
	logLevel: string;
	/** Bootstrap admin key; without it the first start makes one. */
	adminKey: string | undefined;
	/** Webhook secrets are derived from it; without it one is made and kept beside the database. */
	signingKey: string | undefined;
	limits: readonly ConfiguredLimit[];
	/** When bulk work leaves room to people; null: never. */
	businessHours: BusinessHours | null;
	capMicroCents: MicroCents;
	ratioPct: number;
	tripStrength: number | undefined;
	health: HealthThresholds;
	priceCeiling: PriceCeiling;
	scoreIntervalMs: number;
	/** How long usage events are kept, in days; null: for ever. */
	retentionDays: number | null;
	/** False alerts per tenant and week that limits are set for. */
	alertBudgetPerWeek: number;
	embedder: EmbedderConfig;
	/** Who may press buttons in Slack, and what proves that Slack sent it; undefined: nobody. */
	slack: SlackSettings | undefined;
};

/** What turns behaviour into vectors beside the features themselves. */
export type EmbedderConfig =
	| { kind: 'features' }
	| {
			kind: 'openai';
			url: string;
			/** Undefined: the server at `url` wants none. */
			key: string | undefined;
			model: string;
			budgetPerDay: MicroCents;
	  };

export class ConfigError extends Error {
	readonly code = 'CONFIG';
	readonly faults: readonly string[];

	constructor(faults: readonly string[]) {
		super(
			`The configuration has ${faults.length} fault(s):\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
		);
		this.faults = faults;
	}
}

/** 90 million USD is where micro-cents leave the safe integers. */
const MAX_USD = 90_000_000;
const usd = z.coerce.number().positive().max(MAX_USD);
const requests = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

/** The only server known to want a key. */
const OPENAI_URL = 'https://api.openai.com/v1';

/**
 * Thirteen months: every month can be compared with the same of last year, and vendors correct and credit months later.
 * Never less than two, the month that is billed and the one that runs.
 */
const DEFAULT_RETENTION_DAYS = 400;
const MIN_RETENTION_DAYS = 62;
const MAX_RETENTION_DAYS = 3660;

const environment = z.object({
	FUSE_HOST: z.string().min(1).default('127.0.0.1'),
	FUSE_PORT: z.coerce.number().int().min(0).max(65_535).default(8787),
	FUSE_DATA_DIR: z.string().min(1).default('.data'),
	DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
	SUPABASE_URL: z.url({ protocol: /^https?$/ }).optional(),
	SUPABASE_SECRET_KEY: z
		.string()
		.regex(
			/^(sb_secret_\S+|[\w-]+\.[\w-]+\.[\w-]+)$/,
			'expected sb_secret_… or a service_role token',
		)
		.optional(),
	REDIS_URL: z
		.string()
		.refine(isRedisUrl, 'expected redis://host:port or redis-cluster://host:port,host:port')
		.optional(),
	FUSE_BUSINESS_HOURS: z
		.string()
		.transform((text, context) => {
			const hours = parseBusinessHours(text);
			if (hours) return hours;
			context.addIssue('expected days, hours and a time zone: Mon-Fri 09:00-18:00 Europe/Berlin');
			return z.NEVER;
		})
		.optional(),
	FUSE_LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
	FUSE_ADMIN_KEY: z
		.string()
		.regex(/^fuse_[A-Za-z0-9_-]{32,}$/, 'expected fuse_ and at least 32 letters, digits, - or _')
		.optional(),
	FUSE_SIGNING_KEY: z.string().min(32).optional(),
	FUSE_TENANT_USD_PER_DAY: usd.optional(),
	FUSE_TENANT_USD_PER_MONTH: usd.optional(),
	FUSE_TENANT_REQUESTS_PER_MINUTE: requests.optional(),
	FUSE_GLOBAL_USD_PER_DAY: usd.optional(),
	FUSE_GLOBAL_REQUESTS_PER_MINUTE: requests.optional(),
	FUSE_SPEND_CAP_USD_PER_MINUTE: usd.default(10),
	FUSE_SPIKE_RATIO_PCT: z.coerce.number().min(101).max(100_000).default(400),
	FUSE_VECTOR_TRIP_STRENGTH: z.coerce.number().min(1).max(100).optional(),
	...detectorEnvironment,
	FUSE_PRICE_CEILING_INPUT_USD_PER_MILLION: usd.default(15),
	FUSE_PRICE_CEILING_OUTPUT_USD_PER_MILLION: usd.default(75),
	FUSE_RETENTION_DAYS: z.coerce
		.number()
		.int()
		.refine((days) => days === 0 || (days >= MIN_RETENTION_DAYS && days <= MAX_RETENTION_DAYS), {
			message: `expected ${MIN_RETENTION_DAYS} to ${MAX_RETENTION_DAYS}, or 0: for ever`,
		})
		.default(DEFAULT_RETENTION_DAYS),
	FUSE_SCORE_INTERVAL_MS: z.coerce.number().int().min(100).max(600_000).default(10_000),
	FUSE_ALERT_BUDGET_PER_WEEK: z.coerce
		.number()
		.min(MIN_BUDGET_PER_WEEK)
		.max(MAX_BUDGET_PER_WEEK)
		.default(1),
	FUSE_EMBEDDER: z.enum(['features', 'openai']).default('features'),
	FUSE_EMBEDDER_URL: z.url({ protocol: /^https?$/ }).default(OPENAI_URL),
	FUSE_EMBEDDER_KEY: z.string().min(1).optional(),
	FUSE_EMBEDDER_MODEL: z.string().min(1).max(200).default('text-embedding-3-small'),
	FUSE_EMBEDDER_BUDGET_USD_PER_DAY: usd.default(0.5),
	...slackVariables,
});

/** Replicas derive the secrets of webhooks from it: with a key each, a receiver would refuse all but one of them. */
function requireSharedKey(
	{
		DATABASE_URL: databaseUrl,
		SUPABASE_URL: supabaseUrl,
		FUSE_SIGNING_KEY: signingKey,
	}: Partial<Environment>,
	context: z.RefinementCtx,
): void {
	const store = databaseUrl === undefined ? 'SUPABASE_URL' : 'DATABASE_URL';
	if ((databaseUrl ?? supabaseUrl) === undefined || signingKey !== undefined) return;
	context.addIssue({
		code: 'custom',
		path: ['FUSE_SIGNING_KEY'],
		message: `is needed with ${store}, the same for every replica`,
	});
}

/** The address and the key of a project come together, and instead of any other database. */
function requireOneDatabase(
	{
		DATABASE_URL: databaseUrl,
		SUPABASE_URL: supabaseUrl,
		SUPABASE_SECRET_KEY: secretKey,
	}: Partial<Environment>,
	context: z.RefinementCtx,
): void {
	const fault = (variable: keyof Environment, message: string) =>
		context.addIssue({ code: 'custom', path: [variable], message });
	if (supabaseUrl !== undefined && secretKey === undefined) {
		fault('SUPABASE_SECRET_KEY', 'is needed with SUPABASE_URL');
	}
	if (supabaseUrl === undefined && secretKey !== undefined) {
		fault('SUPABASE_URL', 'is needed with SUPABASE_SECRET_KEY');
	}
	if (supabaseUrl !== undefined && databaseUrl !== undefined) {
		fault('SUPABASE_URL', 'is one database and DATABASE_URL another: set one of them');
	}
}

function requireEmbedderKey(
	{ FUSE_EMBEDDER: embedder, FUSE_EMBEDDER_KEY: key, FUSE_EMBEDDER_URL: url }: Partial<Environment>,
	context: z.RefinementCtx,
): void {
	if (embedder !== 'openai' || key !== undefined || url !== OPENAI_URL) return;
	context.addIssue({
		code: 'custom',
		path: ['FUSE_EMBEDDER_KEY'],
		message: 'is needed to ask OpenAI for embeddings',
	});
}

function isRedisUrl(url: string): boolean {
	try {
		parseRedisUrl(url);
		return true;
	} catch {
		return false;
	}
}

type Environment = z.infer<typeof environment>;

/** Reads the whole configuration once. Throws ConfigError naming every fault; values of keys are never repeated. */
export function readConfig(env: Record<string, string | undefined>): Config {
	const known = Object.keys(environment.shape);
	const unknown = Object.keys(env).filter(
		(name) => name.startsWith('FUSE_') && !known.includes(name),
	);
	// An empty variable is how many hosts write "not set".
	const given = Object.fromEntries(
		known.filter((name) => env[name]).map((name) => [name, env[name]]),
	);
	const parsed = environment
		.superRefine(requireSharedKey)
		.superRefine(requireOneDatabase)
		.superRefine(requireEmbedderKey)
		.superRefine(requireSlackUsers)
		.safeParse(given);
	const faults = [
		...unknown.map((name) => `${name}: is not a setting of this service`),
		...(parsed.success
			? []
			: parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)),
	];
	if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
	const settings = parsed.data;

	return {
		host: settings.FUSE_HOST,
		port: settings.FUSE_PORT,
		dataDir: settings.FUSE_DATA_DIR,
		databaseUrl: settings.DATABASE_URL,
		supabase: supabaseOf(settings),
		redisUrl: settings.REDIS_URL,
		businessHours: settings.FUSE_BUSINESS_HOURS ?? null,
		logLevel: settings.FUSE_LOG_LEVEL,
		adminKey: settings.FUSE_ADMIN_KEY,
		signingKey: settings.FUSE_SIGNING_KEY,
		limits: limitsOf(settings),
		capMicroCents: usdToMicroCents(settings.FUSE_SPEND_CAP_USD_PER_MINUTE),
		ratioPct: settings.FUSE_SPIKE_RATIO_PCT,
		tripStrength: settings.FUSE_VECTOR_TRIP_STRENGTH,
		health: healthThresholds(settings),
		priceCeiling: {
			input: usdToMicroCents(settings.FUSE_PRICE_CEILING_INPUT_USD_PER_MILLION),
			output: usdToMicroCents(settings.FUSE_PRICE_CEILING_OUTPUT_USD_PER_MILLION),
		},
		scoreIntervalMs: settings.FUSE_SCORE_INTERVAL_MS,
		retentionDays: settings.FUSE_RETENTION_DAYS === 0 ? null : settings.FUSE_RETENTION_DAYS,
		alertBudgetPerWeek: settings.FUSE_ALERT_BUDGET_PER_WEEK,
		embedder: embedderOf(settings),
		slack: slackOf(settings),
	};
}

function embedderOf(settings: Environment): EmbedderConfig {
	if (settings.FUSE_EMBEDDER === 'features') return { kind: 'features' };

	return {
		kind: 'openai',
		url: settings.FUSE_EMBEDDER_URL,
		key: settings.FUSE_EMBEDDER_KEY,
		model: settings.FUSE_EMBEDDER_MODEL,
		budgetPerDay: usdToMicroCents(settings.FUSE_EMBEDDER_BUDGET_USD_PER_DAY),
	};
}

function supabaseOf(settings: Environment): Config['supabase'] {
	const { SUPABASE_URL: url, SUPABASE_SECRET_KEY: secretKey } = settings;

	return url === undefined || secretKey === undefined ? undefined : { url, secretKey };
}

const DAY: Window = { kind: 'calendar', unit: 'day', timeZone: 'UTC' };
const MONTH: Window = { kind: 'calendar', unit: 'month', timeZone: 'UTC' };
const MINUTE: Window = { kind: 'rolling', windowMs: MINUTE_MS };

function limitsOf(settings: Environment): ConfiguredLimit[] {
	const configured = (
		variable: keyof Environment & `FUSE_${'TENANT' | 'GLOBAL'}_${string}`,
		count: { scope: LimitScope; unit: LimitUnit; window: Window },
	): ConfiguredLimit[] => {
		const capacity = settings[variable];
		if (capacity === undefined) return [];
		const { scope, unit, window } = count;
		const isMoney = unit === 'microCents';
		const limit = {
			id: limitId(scope, unit, window),
			...count,
			subject: null,
			capacity: isMoney ? usdToMicroCents(capacity) : capacity,
			audience: { kind: 'all' },
			shared: scope === 'global',
			mode: 'enforce',
			whenOver: 'queue',
			whenStoreDown: isMoney ? 'closed' : 'open',
		} as const;
		return [{ limit, variable }];
	};

	return [
		...configured('FUSE_TENANT_USD_PER_DAY', { scope: 'tenant', unit: 'microCents', window: DAY }),
		...configured('FUSE_TENANT_USD_PER_MONTH', {
			scope: 'tenant',
			unit: 'microCents',
			window: MONTH,
		}),
		...configured('FUSE_TENANT_REQUESTS_PER_MINUTE', {
			scope: 'tenant',
			unit: 'requests',
			window: MINUTE,
		}),
		...configured('FUSE_GLOBAL_USD_PER_DAY', { scope: 'global', unit: 'microCents', window: DAY }),
		...configured('FUSE_GLOBAL_REQUESTS_PER_MINUTE', {
			scope: 'global',
			unit: 'requests',
			window: MINUTE,
		}),
	];
}

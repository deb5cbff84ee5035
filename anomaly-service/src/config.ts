import { MINUTE_MS } from '../../core/durations.ts';
import { z } from 'zod';
import { parseBusinessHours, type BusinessHours } from '../../core/businessHours.ts';
import { limitId, type LimitScope, type LimitUnit } from '../../core/limits.ts';
import { usdToMicroCents, type MicroCents } from '../../core/money.ts';
import type { Window } from '../../core/windows.ts';
import { parseRedisUrl } from './adapters/redis/redisUrl.ts';
import type { ConfiguredLimit } from './stages/limitBook.ts';
import type { PriceCeiling } from './stages/price.ts';

export type Config = {
	host: string;
	port: number;
	/** Folder of the embedded database; `memory` keeps nothing. */
	dataDir: string;
	/** A Postgres to use in place of the embedded database. */
	databaseUrl: string | undefined;
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
	priceCeiling: PriceCeiling;
	scoreIntervalMs: number;
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

const environment = z.object({
	FUSE_HOST: z.string().min(1).default('127.0.0.1'),
	FUSE_PORT: z.coerce.number().int().min(0).max(65_535).default(8787),
	FUSE_DATA_DIR: z.string().min(1).default('.data'),
	DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
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
	FUSE_PRICE_CEILING_INPUT_USD_PER_MILLION: usd.default(15),
	FUSE_PRICE_CEILING_OUTPUT_USD_PER_MILLION: usd.default(75),
	FUSE_SCORE_INTERVAL_MS: z.coerce.number().int().min(100).max(600_000).default(10_000),
});

/** Replicas derive the secrets of webhooks from it: with a key each, a receiver would refuse all but one of them. */
function requireSharedKey(
	{ DATABASE_URL: databaseUrl, FUSE_SIGNING_KEY: signingKey }: Partial<Environment>,
	context: z.RefinementCtx,
): void {
	if (databaseUrl === undefined || signingKey !== undefined) return;
	context.addIssue({
		code: 'custom',
		path: ['FUSE_SIGNING_KEY'],
		message: 'is needed with DATABASE_URL, the same for every replica',
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
	const parsed = environment.superRefine(requireSharedKey).safeParse(given);
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
		redisUrl: settings.REDIS_URL,
		businessHours: settings.FUSE_BUSINESS_HOURS ?? null,
		logLevel: settings.FUSE_LOG_LEVEL,
		adminKey: settings.FUSE_ADMIN_KEY,
		signingKey: settings.FUSE_SIGNING_KEY,
		limits: limitsOf(settings),
		capMicroCents: usdToMicroCents(settings.FUSE_SPEND_CAP_USD_PER_MINUTE),
		ratioPct: settings.FUSE_SPIKE_RATIO_PCT,
		tripStrength: settings.FUSE_VECTOR_TRIP_STRENGTH,
		priceCeiling: {
			input: usdToMicroCents(settings.FUSE_PRICE_CEILING_INPUT_USD_PER_MILLION),
			output: usdToMicroCents(settings.FUSE_PRICE_CEILING_OUTPUT_USD_PER_MILLION),
		},
		scoreIntervalMs: settings.FUSE_SCORE_INTERVAL_MS,
	};
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

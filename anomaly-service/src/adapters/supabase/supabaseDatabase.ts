import { createClient } from '@supabase/supabase-js';
import { StoreUnavailableError, type Database } from '../../ports/database.ts';
import { parameterName } from '../functionCall.ts';
import { migrationVersions } from '../migrations.ts';
import { repeatedWhenUndone } from '../sqlState.ts';
import { within } from '../within.ts';
import {
	isUnavailable,
	remedyForMissing,
	remedyOf,
	SupabaseCallError,
	SupabaseNotReadyError,
	type RpcAnswer,
} from './supabaseErrors.ts';

type SupabaseOptions = {
	/** `https://<project>.supabase.co` */
	url: string;
	/** A secret key (`sb_secret_…`), or the older `service_role` token. */
	secretKey: string;
	migrationsDir: string;
	/** Longest wait for an answer; half a minute when not given. */
	answerTimeoutMs?: number;
};

/** What a statement may take at most, as over pg, and a little more for the way. */
const ANSWER_TIMEOUT_MS = 32_000;
/** What calls under way may still take when the service ends. */
const CLOSE_GRACE_MS = 250;

type FunctionCall = (name: string, args: Record<string, unknown>) => Promise<unknown>;

/**
 * The functions of schema `fuse` over the REST API of a Supabase project. It can apply no migrations: that the project has
 * them is checked here. Throws StoreUnavailableError when it does not answer, SupabaseNotReadyError when something
 * has to be set up first.
 */
export async function openSupabaseDatabase(options: SupabaseOptions): Promise<Database> {
	const closing = new AbortController();
	const callFunction = functionsOf(options, closing.signal);
	const callsUnderWay = new Set<Promise<unknown>>();
	let closed: Promise<void> | undefined;
	await checkSchema(callFunction, options.migrationsDir);

	return {
		async call(name, args) {
			if (closed) throw unavailable(new Error('it was closed'));
			const answer = callFunction(name, args);
			callsUnderWay.add(answer);
			try {
				return (await answer) as never;
			} finally {
				callsUnderWay.delete(answer);
			}
		},
		close: () =>
			(closed ??= within(CLOSE_GRACE_MS, Promise.allSettled(callsUnderWay)).then(() =>
				closing.abort(),
			)),
	};
}

function functionsOf(options: SupabaseOptions, closing: AbortSignal): FunctionCall {
	const { url, secretKey, answerTimeoutMs = ANSWER_TIMEOUT_MS } = options;
	// Nobody signs in here: nothing to keep, to refresh, or to read from an address bar.
	const auth = { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false };
	const fuse = createClient(url, secretKey, { auth }).schema('fuse');
	const ask = async (name: string, args: Record<string, unknown>): Promise<unknown> => {
		const timeout = AbortSignal.timeout(answerTimeoutMs);
		const answer: RpcAnswer = await fuse
			.rpc(name, argumentsOf(args))
			.abortSignal(AbortSignal.any([timeout, closing]));
		// A proxy's empty "not found" would else pass for a result: functions that give one answer 200.
		if (answer.error || answer.status !== 200) throw new SupabaseCallError(name, answer);

		return answer.data;
	};

	return async (name, args) => {
		try {
			return await repeatedWhenUndone(() => ask(name, args));
		} catch (error) {
			throw error instanceof SupabaseCallError && isUnavailable(error) ? unavailable(error) : error;
		}
	};
}

/** PostgREST finds a function by the names given: one left out would be another function. */
function argumentsOf(args: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(args).map(([name, value]) => [parameterName(name), value ?? null]),
	);
}

/** What is newer than this service is left alone: a replica of the next version may be here already. */
async function checkSchema(callFunction: FunctionCall, migrationsDir: string): Promise<void> {
	const present = await presentMigrations(callFunction);
	const isMissing = (version: string) => !(Array.isArray(present) && present.includes(version));
	const missing = (await migrationVersions(migrationsDir)).filter(isMissing);
	if (missing.length > 0) throw new SupabaseNotReadyError(remedyForMissing(missing));
}

async function presentMigrations(callFunction: FunctionCall): Promise<unknown> {
	try {
		const answer = await callFunction('schema_version', {});
		return typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'migrations') : [];
	} catch (error) {
		const remedy = error instanceof SupabaseCallError ? remedyOf(error) : undefined;
		throw remedy === undefined ? error : new SupabaseNotReadyError(remedy, error);
	}
}

function unavailable(cause: unknown): StoreUnavailableError {
	return new StoreUnavailableError('Supabase', cause);
}

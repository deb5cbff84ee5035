import { isUnavailableState } from '../sqlState.ts';

/** What `.rpc()` of supabase-js resolves to. `status` is 0 when no answer came. */
export type RpcAnswer = {
	data: unknown;
	error: { message: string; code?: string; details?: string | null; hint?: string | null } | null;
	status: number;
};

/** What PostgREST, or Postgres through it, answered to a call: `code` is its PGRST code or the SQLSTATE. */
export class SupabaseCallError extends Error {
	readonly code: string;
	readonly status: number;

	constructor(name: string, { status, error }: RpcAnswer) {
		const hint = error?.hint ? ` (${error.hint})` : '';
		super(
			`fuse.${name}: ${error?.message || `an answer of status ${status} without a result`}${hint}`,
		);
		this.code = error?.code ?? '';
		this.status = status;
	}
}

/** A code of PostgREST, or a SQLSTATE: whoever says it has read the call. */
const ANSWERED = /^(PGRST[0-9X]{2,3}|[0-9A-Z]{5})$/;
/** PostgREST cannot reach its database, does not know its schema yet, or has no connection free. */
const NO_DATABASE = /^PGRST00[0-3]$/;
/** Of the gateway before PostgREST: busy, or too many calls. */
const COME_AGAIN = new Set([408, 429]);

/** Whether the store did not answer, as opposed to having answered that the call is wrong. */
export function isUnavailable({ code, status }: SupabaseCallError): boolean {
	if (status === 0) return true;
	if (ANSWERED.test(code)) return NO_DATABASE.test(code) || isUnavailableState(code);

	return status >= 500 || COME_AGAIN.has(status);
}

/** The project answers, but is not set up for this service. The message says what to do. */
export class SupabaseNotReadyError extends Error {
	readonly code = 'SUPABASE_NOT_READY';

	constructor(remedy: string, cause?: unknown) {
		super(`The Supabase project is not ready: ${remedy}`, { cause });
	}
}

const PUSH = 'run `supabase db push` in the folder of this service';

/** What to do about an error of the first call; undefined: nothing that a person could set up. */
export function remedyOf({ code, status }: SupabaseCallError): string | undefined {
	if (code === 'PGRST106') {
		return (
			'its API does not expose the schema fuse. Add fuse to "Exposed schemas" (Project Settings, Data API), ' +
			'or to `schemas` under [api] of supabase/config.toml'
		);
	}
	if (code === 'PGRST202' || code === '42883' || code === '3F000') {
		return `its schema fuse is missing or of an older version: ${PUSH}`;
	}
	if (code === '42501') {
		return 'SUPABASE_SECRET_KEY may not call it. Take a secret key (sb_secret_…), not a publishable one';
	}
	if (status === 401) return 'SUPABASE_SECRET_KEY is not one of its keys';

	return undefined;
}

/** Migrations this service has and the database has not. */
export function remedyForMissing(missing: readonly string[]): string {
	const [first = ''] = missing;
	const rest = missing.length > 1 ? ` and ${missing.length - 1} more` : '';

	return `it lacks the migration ${first}${rest}: ${PUSH}`;
}

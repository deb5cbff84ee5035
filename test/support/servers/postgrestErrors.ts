/** How PostgREST 14 answers a Postgres error, by SQLSTATE or its class: https://docs.postgrest.org/en/v14/references/errors.html */
const STATUS_OF_STATE: readonly [states: RegExp, status: number][] = [
	[/^08/, 503],
	[/^(0L|0P|28)/, 403],
	[/^2350[35]$/, 409],
	[/^25006$/, 405],
	[/^53400$/, 500],
	[/^53/, 503],
	[/^P0001$/, 400],
	[/^(09|25|2D|38|39|3B|40|54|55|57|58|F0|HV|P0|XX)/, 500],
	[/^(42883|42P01)$/, 404],
	[/^42P17$/, 500],
	[/^42501$/, 403],
];

type Fault = { code: string; message: string; details?: string | null; hint?: string | null };

/** An error as PostgREST tells it: a status and `{code, message, details, hint}`. */
export class PostgrestError extends Error {
	readonly status: number;
	readonly #fault: Fault;

	constructor(status: number, fault: Fault) {
		super(fault.message);
		this.status = status;
		this.#fault = fault;
	}

	body(): Fault {
		return { details: null, hint: null, ...this.#fault };
	}

	static ofPostgres(error: unknown): PostgrestError {
		const { code, message, detail, hint } = faultOf(error);
		const [, status] = STATUS_OF_STATE.find(([states]) => states.test(code)) ?? [/./, 400];

		return new PostgrestError(status, {
			code,
			message,
			details: detail ?? null,
			hint: hint ?? null,
		});
	}
}

export const invalidPath = () =>
	new PostgrestError(404, { code: 'PGRST125', message: 'Invalid path specified in request URL' });

export const invalidBody = () =>
	new PostgrestError(400, { code: 'PGRST102', message: 'Empty or invalid json' });

export const notExposed = (schema: string, exposed: readonly string[]) =>
	new PostgrestError(406, {
		code: 'PGRST106',
		message: `Invalid schema: ${schema}`,
		hint: `Only the following schemas are exposed: ${exposed.join(', ')}`,
	});

export const noFunction = (schema: string, name: string, parameters: readonly string[]) =>
	new PostgrestError(404, {
		code: 'PGRST202',
		message: `Could not find the function ${schema}.${name}(${parameters.join(', ')}) in the schema cache`,
		details: `Searched for the function ${schema}.${name} with parameters ${parameters.join(', ')}, but no matches were found in the schema cache.`,
	});

export const notARole = (role: string) =>
	new PostgrestError(403, { code: '42501', message: `permission denied to set role "${role}"` });

export const badToken = () =>
	new PostgrestError(401, {
		code: 'PGRST301',
		message: 'No suitable key was found to decode the JWT',
	});

type PostgresFault = { code: string; message: string; detail?: string; hint?: string };

/** PGlite throws what the server sent. Anything else is a fault of the double. */
function faultOf(error: unknown): PostgresFault {
	if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
		return error as Error & PostgresFault;
	}
	return { code: 'XX000', message: String(error) };
}

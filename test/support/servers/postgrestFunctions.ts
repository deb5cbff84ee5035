import type { PGlite, Transaction } from '@electric-sql/pglite';
import { noFunction, notARole } from './postgrestErrors.ts';
import type { Claims } from './postgrestKeys.ts';

type Signature = {
	name: string;
	volatility: 'v' | 's' | 'i';
	/** How many of the last parameters may be left out. */
	defaults: number;
	parameters: { name: string; type: string }[];
};

export type FunctionCall = {
	schema: string;
	name: string;
	body: Record<string, unknown>;
	claims: Claims;
};

/** Calls functions as PostgREST does. What it knows of them it read at its first call, its "schema cache". */
export class RpcFunctions {
	readonly #db: PGlite;
	readonly #cache = new Map<string, Promise<Signature[]>>();

	constructor(db: PGlite) {
		this.#db = db;
	}

	/** Resolves to the result as JSON text. */
	async call({ schema, name, body, claims }: FunctionCall): Promise<string> {
		const called = await this.#find(schema, name, Object.keys(body));
		const text = callOf(schema, called, Object.keys(body));

		return this.#db.transaction(async (transaction) => {
			if (!(await mayBecome(transaction, claims.role))) throw notARole(claims.role);
			await transaction.exec(beginningOf(called, claims));
			const { rows } = await transaction.query<{ body: string | null }>(text, [
				JSON.stringify(body),
			]);
			return rows[0]?.body ?? 'null';
		});
	}

	async #find(schema: string, name: string, given: string[]): Promise<Signature> {
		const known = this.#cache.get(schema) ?? this.#read(schema);
		this.#cache.set(schema, known);
		const found = (await known).filter((each) => each.name === name && takes(each, given));
		const [only] = found;
		if (only && found.length === 1) return only;

		throw noFunction(schema, name, given);
	}

	async #read(schema: string): Promise<Signature[]> {
		const { rows } = await this.#db.query<Signature>(
			`select proname as name, provolatile as volatility, pronargdefaults as defaults, (
				select coalesce(jsonb_agg(jsonb_build_object('name', proargnames[place], 'type', format_type(type, null))
					order by place), '[]')
				from unnest(proargtypes) with ordinality as parameter(type, place)) as parameters
			from pg_proc where pronamespace = to_regnamespace($1)`,
			[schema],
		);
		return rows;
	}
}

/** PostgREST logs in as `authenticator`, which becomes what it was granted and nothing else. */
async function mayBecome(transaction: Transaction, role: string): Promise<boolean> {
	const { rows } = await transaction.query<{ may: boolean | null }>(
		`select pg_has_role('authenticator', to_regrole($1)::oid, 'member') as may`,
		[role],
	);

	return rows[0]?.may === true;
}

function takes({ parameters, defaults }: Signature, given: readonly string[]): boolean {
	const names = parameters.map(({ name }) => name);
	const needed = names.slice(0, names.length - defaults);

	return (
		given.every((name) => names.includes(name)) && needed.every((name) => given.includes(name))
	);
}

/** The role and the claims hold for this transaction; functions that promise to change nothing are kept to it. */
function beginningOf({ volatility }: Signature, { role, ...claims }: Claims): string {
	const said = quoted(JSON.stringify({ role, ...claims }));

	return `
		${volatility === 'v' ? '' : 'set transaction read only;'}
		set local role ${quoted(role)};
		set local search_path to fuse, public, extensions;
		set local request.jwt.claims to ${said};
	`;
}

function callOf(schema: string, { name, parameters }: Signature, given: readonly string[]): string {
	const used = parameters.filter((each) => given.includes(each.name));
	const passed = used.map((each) => `"${each.name}" => given."${each.name}"`).join(', ');
	const columns = used.map((each) => `"${each.name}" ${each.type}`).join(', ');
	const from =
		used.length > 0 ? `json_to_record($1::text::json) as given(${columns})` : '(select $1::text)';

	return `select "${schema}"."${name}"(${passed})::text as body from ${from}${used.length > 0 ? '' : ' as nothing'}`;
}

function quoted(text: string): string {
	return `'${text.replaceAll("'", "''")}'`;
}

/** One query for each kind of object in schema fuse: `what` names one, `how` is all that defines it. */
const PARTS: Readonly<Record<string, string>> = {
	columns: `
		select c.relname || '.' || a.attname as what, concat_ws(' ', a.attnum, format_type(a.atttypid, a.atttypmod),
			case when a.attnotnull then 'not null' end, 'default ' || pg_get_expr(d.adbin, d.adrelid),
			nullif(a.attidentity, ''), nullif(a.attgenerated, ''), a.attstorage) as how
		from pg_attribute a join pg_class c on c.oid = a.attrelid
		left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
		where c.relnamespace = 'fuse'::regnamespace and c.relkind in ('r', 'p', 'v') and a.attnum > 0 and not a.attisdropped`,
	relations: `
		select c.relname as what, concat_ws(' ', c.relkind, pg_get_partkeydef(c.oid), pg_get_expr(c.relpartbound, c.oid),
			'row security ' || c.relrowsecurity, 'forced ' || c.relforcerowsecurity, c.reloptions::text,
			case when c.relkind = 'v' then pg_get_viewdef(c.oid) end, obj_description(c.oid, 'pg_class')) as how
		from pg_class c where c.relnamespace = 'fuse'::regnamespace and c.relkind in ('r', 'p', 'v', 'S')`,
	indexes: `select indexname as what, indexdef as how from pg_indexes where schemaname = 'fuse'`,
	constraints: `
		select conrelid::regclass || ' ' || conname as what, pg_get_constraintdef(oid) as how
		from pg_constraint where connamespace = 'fuse'::regnamespace`,
	functions: `
		select oid::regprocedure::text as what, pg_get_functiondef(oid) as how
		from pg_proc where pronamespace = 'fuse'::regnamespace and prokind in ('f', 'p')`,
	triggers: `
		select tgrelid::regclass || ' ' || tgname as what, concat_ws(' ', pg_get_triggerdef(t.oid), tgenabled) as how
		from pg_trigger t join pg_class c on c.oid = tgrelid
		where c.relnamespace = 'fuse'::regnamespace and not tgisinternal`,
	policies: `
		select tablename || ' ' || policyname as what, concat_ws(' ', permissive, cmd, roles::text, qual, with_check) as how
		from pg_policies where schemaname = 'fuse'`,
	grants: `
		select kind || ' ' || name as what, string_agg(grantee || ' ' || privilege || grantable, ', ' order by
			grantee, privilege) as how
		from (
			select kind, name, case a.grantee when 0 then 'public' else a.grantee::regrole::text end as grantee,
				a.privilege_type as privilege, case when a.is_grantable then '*' else '' end as grantable
			from (
				select 'relation' as kind, oid::regclass::text as name, relacl as acl from pg_class
				where relnamespace = 'fuse'::regnamespace
				union all select 'function', oid::regprocedure::text, proacl from pg_proc
				where pronamespace = 'fuse'::regnamespace
				union all select 'schema', nspname, nspacl from pg_namespace where nspname = 'fuse'
				union all select 'default', defaclobjtype::text, defaclacl from pg_default_acl
				where defaclnamespace = 'fuse'::regnamespace
			) objects, aclexplode(acl) a
		) granted group by kind, name`,
};

export type Catalogue = Record<string, Record<string, string>>;

type Described = { what: string; how: string };

/**
 * Everything that migrations make in schema fuse, as the server itself describes it: two databases with the same catalogue
 * have the same schema, whatever way they came to it. Rows of tables are no part of it.
 */
export async function catalogueOf(
	query: (sql: string) => Promise<Record<string, unknown>[]>,
): Promise<Catalogue> {
	const catalogue: Catalogue = {};
	for (const [part, sql] of Object.entries(PARTS)) {
		const described = (await query(`${sql} order by 1`)) as Described[];
		catalogue[part] = Object.fromEntries(described.map(({ what, how }) => [what, how]));
	}
	return catalogue;
}

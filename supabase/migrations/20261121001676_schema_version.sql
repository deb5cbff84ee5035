-- Which migrations this database has: those the service applied itself (fuse.schema_migrations) and those that
-- `supabase db push` did, which keeps a list of its own. A service that cannot apply any compares them with its files.
-- Security definer: the list of the Supabase CLI is its owner's, and no other role may read it.
-- Result: {version, migrations: [version]}: the newest, and all of them in order; as file names begin.
create table if not exists fuse.schema_migrations (version text primary key, applied_at timestamptz default now());

create function fuse.schema_version() returns jsonb
language plpgsql stable security definer set search_path = fuse, pg_temp as $$
declare
  v_pushed text[] := '{}';
begin
  if to_regclass('supabase_migrations.schema_migrations') is not null then
    execute 'select coalesce(array_agg(version), ''{}'') from supabase_migrations.schema_migrations' into v_pushed;
  end if;

  return (
    select jsonb_build_object('version', max(version), 'migrations', coalesce(jsonb_agg(version order by version), '[]'))
    from (select version from schema_migrations union select unnest(v_pushed)) as applied
  );
end $$;

-- Who may do what in this schema, for everything in it: row level security on every table, nothing for everybody, all for
-- the service, and for a tenant its own rows of some tables and the functions that read them. A migration that makes a
-- table or a function ends with a call of it; called again it changes nothing.
-- The owner is not bound by policies, nor is Supabase's service_role: with `force` the service could not run as the owner.
-- No result.
create or replace function fuse.secure_schema() returns void
language plpgsql set search_path = fuse, pg_temp as $$
declare
  v_object record;
  v_role text;
  v_tenant_tables constant text[] := array[
    'actions', 'alerts', 'audit_entries', 'baselines', 'breakers', 'centroids', 'feedback', 'incidents',
    'maintenance_windows', 'scoring', 'snapshots', 'tenants', 'tenant_settings', 'usage_events'];
  v_tenant_functions constant text[] := array[
    'current_tenant', 'focus_report', 'get_tenant', 'incident_document', 'list_alerts', 'list_incidents', 'list_usage',
    'search_audit', 'spend_report', 'tenant_spend'];
begin
  for v_object in
    select c.oid::regclass as name, c.relname, c.relkind, c.relrowsecurity, c.reloptions, c.oid
    from pg_class c where c.relnamespace = 'fuse'::regnamespace and c.relkind in ('r', 'p', 'v')
  loop
    if v_object.relkind = 'v' then
      -- A view would else read with the rights of its owner, past every policy.
      if not coalesce('security_invoker=true' = any (v_object.reloptions), false) then
        execute format('alter view %s set (security_invoker = true)', v_object.name);
      end if;
      continue;
    end if;
    if not v_object.relrowsecurity then
      execute format('alter table %s enable row level security', v_object.name);
    end if;
    if to_regrole('fuse_service') is not null
      and not exists (select from pg_policy where polrelid = v_object.oid and polname = 'service_does_all')
    then
      execute format(
        'create policy service_does_all on %s to fuse_service using (true) with check (true)', v_object.name);
    end if;
    if to_regrole('fuse_tenant') is not null and v_object.relname = any (v_tenant_tables)
      and not exists (select from pg_policy where polrelid = v_object.oid and polname = 'tenant_reads_own')
    then
      execute format('create policy tenant_reads_own on %s for select to fuse_tenant using (%s)', v_object.name,
        'tenant_id = (select fuse.current_tenant())');
    end if;
  end loop;

  revoke all on schema fuse from public;
  revoke all on all tables in schema fuse from public;
  revoke all on all routines in schema fuse from public;
  foreach v_role in array array['anon', 'authenticated'] loop
    continue when to_regrole(v_role) is null;
    execute format('revoke all on schema fuse from %I', v_role);
    execute format('revoke all on all tables in schema fuse from %I', v_role);
    execute format('revoke all on all sequences in schema fuse from %I', v_role);
    execute format('revoke all on all routines in schema fuse from %I', v_role);
  end loop;

  foreach v_role in array array['fuse_service', 'service_role'] loop
    continue when to_regrole(v_role) is null;
    execute format('grant usage on schema fuse to %I', v_role);
    execute format('grant select, insert, update, delete on all tables in schema fuse to %I', v_role);
    execute format('grant usage, select on all sequences in schema fuse to %I', v_role);
    execute format('grant execute on all routines in schema fuse to %I', v_role);
    execute format('revoke update, delete on fuse.audit_entries from %I', v_role);
    execute format('revoke insert, update, delete on fuse.audit_chain from %I', v_role);
    execute format('revoke insert, update, delete on fuse.schema_migrations from %I', v_role);
    execute format('revoke execute on function fuse.secure_schema() from %I', v_role);
    -- What a later migration makes is of use even before its call of this function.
    execute format(
      'alter default privileges in schema fuse grant select, insert, update, delete on tables to %I', v_role);
    execute format('alter default privileges in schema fuse grant usage, select on sequences to %I', v_role);
    execute format('alter default privileges in schema fuse grant execute on routines to %I', v_role);
  end loop;

  -- The schema of pgvector may be somebody else's, who then says who uses it. Supabase lets everybody.
  foreach v_role in array array['fuse_service', 'fuse_tenant'] loop
    continue when to_regrole(v_role) is null or has_schema_privilege(v_role, 'extensions', 'usage');
    begin
      execute format('grant usage on schema extensions to %I', v_role);
    exception when insufficient_privilege then
      raise notice 'role % may not use schema extensions: its owner has to grant that', v_role;
    end;
  end loop;

  if to_regrole('fuse_tenant') is not null then
    grant usage on schema fuse to fuse_tenant;
    for v_object in
      select oid::regclass as name from pg_class
      where relnamespace = 'fuse'::regnamespace and relkind in ('r', 'p', 'v')
        and relname = any (v_tenant_tables || array['ledger_lines'])
    loop
      execute format('grant select on %s to fuse_tenant', v_object.name);
    end loop;
    for v_object in
      select oid::regprocedure as name from pg_proc
      where pronamespace = 'fuse'::regnamespace and proname = any (v_tenant_functions)
    loop
      execute format('grant execute on routine %s to fuse_tenant', v_object.name);
    end loop;
  end if;
end $$;

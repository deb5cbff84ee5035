-- Says which plan a tenant is on (null: none). Result: {changed}.
create function fuse.put_tenant(p_tenant_id text, p_plan text, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_was text;
  v_revision bigint;
begin
  perform 1 from limit_revision for update;
  select plan into v_was from tenant_settings where tenant_id = p_tenant_id;
  if v_was is not distinct from p_plan then
    return jsonb_build_object('changed', false);
  end if;

  update limit_revision set revision = revision + 1 returning revision into v_revision;
  insert into tenant_settings values (p_tenant_id, p_plan, v_revision, p_now)
  on conflict (tenant_id) do update
  set plan = excluded.plan, revision = excluded.revision, updated_at = excluded.updated_at;
  insert into audit_entries (at, actor, event, tenant_id, detail)
  values (p_now, p_actor, 'tenant.planSet', p_tenant_id, jsonb_build_object('plan', p_plan, 'was', v_was));

  return jsonb_build_object('changed', true);
end $$;

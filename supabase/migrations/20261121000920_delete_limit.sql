-- Deletes a limit. p_tenant_id: only one of this tenant (null: any). Result: {deleted}.
create function fuse.delete_limit(p_id text, p_tenant_id text, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_was jsonb;
  v_revision bigint;
begin
  perform 1 from limit_revision for update;
  select document into v_was from limits where id = p_id;
  if v_was is null
    or (p_tenant_id is not null and v_was#>>'{audience,tenantId}' is distinct from p_tenant_id)
  then
    return jsonb_build_object('deleted', false);
  end if;

  update limit_revision set revision = revision + 1 returning revision into v_revision;
  update limits set document = null, revision = v_revision, updated_at = p_now where id = p_id;
  insert into audit_entries (at, actor, event, tenant_id, detail)
  values (p_now, p_actor, 'limit.deleted', v_was#>>'{audience,tenantId}', jsonb_build_object('limit', v_was));

  return jsonb_build_object('deleted', true);
end $$;

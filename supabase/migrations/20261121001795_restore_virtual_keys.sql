-- Makes the keys valid again that an incident's containment revoked, and no others: not those that a person revoked before
-- or since. Called again it changes nothing.
-- Result: {keyIds: [id]}: exactly those this call restored.
create function fuse.restore_virtual_keys(
  p_tenant_id text, p_incident_id text, p_actor text, p_now timestamptz
) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_ids jsonb;
begin
  perform lock_virtual_keys(p_tenant_id);
  with restored as (
    update virtual_keys
    set revoked_at = null, revoked_reason = null, revoked_by = null, incident_id = null, changed_at = clock_timestamp()
    where tenant_id = p_tenant_id and incident_id = p_incident_id and revoked_at is not null
    returning id, created_at
  )
  select coalesce(jsonb_agg(id order by created_at, id), '[]') into v_ids from restored;

  if v_ids <> '[]' then
    insert into audit_entries (at, actor, event, tenant_id, incident_id, detail)
    values (
      p_now, p_actor, 'virtualKeys.restored', p_tenant_id, p_incident_id, jsonb_build_object('keyIds', v_ids));
  end if;

  return jsonb_build_object('keyIds', v_ids);
end $$;

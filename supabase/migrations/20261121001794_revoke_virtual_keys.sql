-- Revokes every key of a tenant that is not revoked yet. p_incident_id: the incident it is done for, or null. Called again
-- it changes nothing.
-- Result: {keyIds: [id]}: exactly those this call revoked, which is what its audit entry says and what an undo restores.
create function fuse.revoke_virtual_keys(
  p_tenant_id text, p_incident_id text, p_reason text, p_actor text, p_now timestamptz
) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_ids jsonb;
begin
  perform lock_virtual_keys(p_tenant_id);
  with revoked as (
    update virtual_keys
    set revoked_at = p_now, revoked_reason = p_reason, revoked_by = p_actor, incident_id = p_incident_id,
        changed_at = clock_timestamp()
    where tenant_id = p_tenant_id and revoked_at is null
    returning id, created_at
  )
  select coalesce(jsonb_agg(id order by created_at, id), '[]') into v_ids from revoked;

  if v_ids <> '[]' then
    insert into audit_entries (at, actor, event, tenant_id, incident_id, detail)
    values (
      p_now, p_actor, 'virtualKeys.revoked', p_tenant_id, p_incident_id,
      jsonb_build_object('keyIds', v_ids, 'reason', p_reason));
  end if;

  return jsonb_build_object('keyIds', v_ids);
end $$;

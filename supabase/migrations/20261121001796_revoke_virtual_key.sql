-- Revokes one key by hand. One that an incident's containment revoked is the person's from now on: the undo of the incident
-- leaves it revoked.
-- Result: {outcome, key: document}: revoked, or already; {outcome: unknown}: the tenant has no such key.
create function fuse.revoke_virtual_key(
  p_tenant_id text, p_key_id text, p_reason text, p_actor text, p_now timestamptz
) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_key virtual_keys;
begin
  perform lock_virtual_keys(p_tenant_id);
  select * into v_key from virtual_keys where id = p_key_id and tenant_id = p_tenant_id;
  if not found then
    return jsonb_build_object('outcome', 'unknown');
  end if;
  if v_key.revoked_at is not null and v_key.incident_id is null then
    return jsonb_build_object('outcome', 'already', 'key', virtual_key_document(v_key));
  end if;

  insert into audit_entries (at, actor, event, tenant_id, incident_id, subject_id, detail)
  values (
    p_now, p_actor, 'virtualKey.revoked', p_tenant_id, v_key.incident_id, p_key_id,
    jsonb_build_object('reason', p_reason));
  update virtual_keys
  set revoked_at = coalesce(revoked_at, p_now), revoked_reason = p_reason, revoked_by = p_actor, incident_id = null,
      changed_at = clock_timestamp()
  where id = p_key_id returning * into v_key;

  return jsonb_build_object('outcome', 'revoked', 'key', virtual_key_document(v_key));
end $$;

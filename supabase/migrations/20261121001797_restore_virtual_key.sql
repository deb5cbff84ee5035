-- Makes one revoked key valid again.
-- Result: {outcome, key: document}: restored; valid: it was not revoked; replaced: it was rotated, and what took its place
-- counts; {outcome: unknown}: the tenant has no such key.
create function fuse.restore_virtual_key(p_tenant_id text, p_key_id text, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_key virtual_keys;
  v_outcome text := 'restored';
begin
  perform lock_virtual_keys(p_tenant_id);
  select * into v_key from virtual_keys where id = p_key_id and tenant_id = p_tenant_id;
  if not found then
    return jsonb_build_object('outcome', 'unknown');
  end if;
  if v_key.revoked_at is null then
    v_outcome := 'valid';
  elsif exists (select from virtual_keys where replaces = p_key_id) then
    v_outcome := 'replaced';
  else
    insert into audit_entries (at, actor, event, tenant_id, incident_id, subject_id, detail)
    values (
      p_now, p_actor, 'virtualKey.restored', p_tenant_id, v_key.incident_id, p_key_id,
      jsonb_build_object('wasRevokedFor', v_key.revoked_reason));
    update virtual_keys
    set revoked_at = null, revoked_reason = null, revoked_by = null, incident_id = null, changed_at = clock_timestamp()
    where id = p_key_id returning * into v_key;
  end if;

  return jsonb_build_object('outcome', v_outcome, 'key', virtual_key_document(v_key));
end $$;

-- Puts a new virtual key beside a valid one, of the same name and expiry; the old one ends after p_grace_ms, with 0 at once.
-- p_new: {keyId, keyHash, last4}.
-- Result: {outcome: rotated, key: document, replaced: document}, or {outcome}: unknown (the tenant has no such key), or
-- ended: it was revoked, rotated before, or has expired.
create function fuse.rotate_virtual_key(
  p_tenant_id text, p_key_id text, p_new jsonb, p_grace_ms bigint, p_actor text, p_now timestamptz
) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_old virtual_keys;
  v_key virtual_keys;
  v_ends_at constant timestamptz := p_now + p_grace_ms * interval '1 millisecond';
begin
  perform lock_virtual_keys(p_tenant_id);
  select * into v_old from virtual_keys where id = p_key_id and tenant_id = p_tenant_id;
  if not found then
    return jsonb_build_object('outcome', 'unknown');
  end if;
  if v_old.revoked_at is not null or v_old.expires_at <= p_now
    or exists (select from virtual_keys where replaces = p_key_id)
  then
    return jsonb_build_object('outcome', 'ended');
  end if;

  insert into virtual_keys (id, tenant_id, name, key_hash, last4, created_at, expires_at, replaces)
  values (
    p_new->>'keyId', p_tenant_id, v_old.name, p_new->>'keyHash', p_new->>'last4', p_now, v_old.expires_at, p_key_id)
  returning * into v_key;
  if p_grace_ms > 0 then
    update virtual_keys set expires_at = least(expires_at, v_ends_at), changed_at = clock_timestamp()
    where id = p_key_id returning * into v_old;
  else
    update virtual_keys
    set revoked_at = p_now, revoked_reason = 'rotated', revoked_by = p_actor, changed_at = clock_timestamp()
    where id = p_key_id returning * into v_old;
  end if;
  insert into audit_entries (at, actor, event, tenant_id, subject_id, detail)
  values (
    p_now, p_actor, 'virtualKey.rotated', p_tenant_id, v_key.id,
    jsonb_build_object('replaces', p_key_id, 'last4', v_key.last4, 'graceMs', p_grace_ms));

  return jsonb_build_object(
    'outcome', 'rotated', 'key', virtual_key_document(v_key), 'replaced', virtual_key_document(v_old));
end $$;

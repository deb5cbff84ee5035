-- Adds a virtual key. p_key: {keyId, tenantId, name or null, keyHash, last4, expiresAt or null}. p_max: so many valid keys
-- a tenant may have.
-- Result: {outcome: issued, key: document} or {outcome: tooMany}.
create function fuse.issue_virtual_key(p_key jsonb, p_max integer, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_key virtual_keys;
begin
  perform lock_virtual_keys(p_key->>'tenantId');
  if p_max <= (
    select count(*) from virtual_keys
    where tenant_id = p_key->>'tenantId' and revoked_at is null and (expires_at is null or expires_at > p_now))
  then
    return jsonb_build_object('outcome', 'tooMany');
  end if;
  insert into virtual_keys (id, tenant_id, name, key_hash, last4, created_at, expires_at)
  values (
    p_key->>'keyId', p_key->>'tenantId', p_key->>'name', p_key->>'keyHash', p_key->>'last4', p_now,
    (p_key->>'expiresAt')::timestamptz)
  returning * into v_key;
  insert into audit_entries (at, actor, event, tenant_id, subject_id, detail)
  values (
    p_now, p_actor, 'virtualKey.issued', v_key.tenant_id, v_key.id,
    jsonb_build_object('name', v_key.name, 'last4', v_key.last4, 'expiresAt', v_key.expires_at));

  return jsonb_build_object('outcome', 'issued', 'key', virtual_key_document(v_key));
end $$;

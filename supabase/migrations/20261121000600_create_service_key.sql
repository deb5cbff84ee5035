-- Adds a service key; its hash may be known already (a bootstrap key at every start), then nothing changes.
-- p_key: {keyId, name, role, tenantId or null, keyHash}. Result: {created}.
create function fuse.create_service_key(p_key jsonb, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
begin
  insert into service_keys values (
    p_key->>'keyId', p_key->>'name', p_key->>'role', p_key->>'tenantId', p_key->>'keyHash', p_now)
  on conflict (key_hash) do nothing;
  if not found then
    return jsonb_build_object('created', false);
  end if;
  insert into audit_entries (at, actor, event, tenant_id, detail)
  values (p_now, p_actor, 'serviceKey.created', p_key->>'tenantId', p_key - 'keyHash');

  return jsonb_build_object('created', true);
end $$;

-- Revokes a service key for good. Result: {revoked}: false when there is no valid key of that id.
create function fuse.revoke_service_key(p_id text, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
begin
  update service_keys set revoked_at = p_now where id = p_id and revoked_at is null;
  if not found then
    return jsonb_build_object('revoked', false);
  end if;
  insert into audit_entries (at, actor, event, detail)
  values (p_now, p_actor, 'serviceKey.revoked', jsonb_build_object('keyId', p_id));

  return jsonb_build_object('revoked', true);
end $$;

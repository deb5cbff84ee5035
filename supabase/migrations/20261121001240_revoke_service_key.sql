-- Revokes a service key for good. Result: {outcome}: revoked, unknown (there is no valid key of that id), or lastAdmin: no
-- other admin key is valid, and without one nobody could make another.
create or replace function fuse.revoke_service_key(p_id text, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
begin
  -- Two admins that revoke each other at once come one after the other.
  perform from service_keys where role = 'admin' and revoked_at is null order by id for update;
  if (select array_agg(id) = array[p_id] from service_keys where role = 'admin' and revoked_at is null) then
    return jsonb_build_object('outcome', 'lastAdmin');
  end if;
  update service_keys set revoked_at = p_now where id = p_id and revoked_at is null;
  if not found then
    return jsonb_build_object('outcome', 'unknown');
  end if;
  insert into audit_entries (at, actor, event, detail)
  values (p_now, p_actor, 'serviceKey.revoked', jsonb_build_object('keyId', p_id));

  return jsonb_build_object('outcome', 'revoked');
end $$;

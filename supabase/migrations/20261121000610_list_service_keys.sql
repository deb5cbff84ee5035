-- The keys that are valid, oldest first. Result: [{keyId, name, role, tenantId, keyHash, createdAt}].
create function fuse.list_service_keys() returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'keyId', id, 'name', name, 'role', role, 'tenantId', tenant_id, 'keyHash', key_hash, 'createdAt', created_at
  ) order by created_at, id), '[]')
  from service_keys where revoked_at is null
$$;

-- The virtual keys of these hashes, as far as there are any: valid or not, whoever presents one is told which.
-- p_hashes: [SHA-256 in hex].
-- Result: [{keyHash, keyId, tenantId, name, expiresAt, revokedAt, incidentId}], times in epoch ms or null.
create function fuse.find_virtual_keys(p_hashes jsonb) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'keyHash', key_hash, 'keyId', id, 'tenantId', tenant_id, 'name', name,
    'expiresAt', floor(extract(epoch from expires_at) * 1000),
    'revokedAt', floor(extract(epoch from revoked_at) * 1000), 'incidentId', incident_id)), '[]')
  from virtual_keys where key_hash in (select jsonb_array_elements_text(p_hashes))
$$;

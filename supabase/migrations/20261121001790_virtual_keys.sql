-- Virtual keys: what tenants call our gateway with. Only the SHA-256 of a key is kept, and its last four characters, by
-- which people tell keys apart. `expires_at`, `revoked_at`: from then on it is refused. `incident_id`: the incident whose
-- containment revoked it; its undo restores these and no others. `replaces`: the key it was rotated from. `changed_at` is
-- the clock of the database: replicas ask for what changed since they looked.
create table fuse.virtual_keys (
  id text primary key,
  tenant_id text not null,
  name text,
  key_hash text not null unique,
  last4 text not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  revoked_reason text,
  revoked_by text,
  incident_id text,
  replaces text references fuse.virtual_keys,
  changed_at timestamptz not null default clock_timestamp()
);
create index virtual_keys_by_tenant on fuse.virtual_keys (tenant_id, created_at, id);
create index virtual_keys_replaced on fuse.virtual_keys (replaces) where replaces is not null;
create index virtual_keys_by_change on fuse.virtual_keys (changed_at);

-- A virtual key as answers show it: {keyId, tenantId, name, last4, createdAt, expiresAt, revokedAt, revokedReason,
-- revokedBy, incidentId, replaces}.
create function fuse.virtual_key_document(p_key fuse.virtual_keys) returns jsonb
language sql immutable set search_path = fuse, extensions, pg_temp as $$
  select jsonb_build_object(
    'keyId', p_key.id, 'tenantId', p_key.tenant_id, 'name', p_key.name, 'last4', p_key.last4,
    'createdAt', p_key.created_at, 'expiresAt', p_key.expires_at, 'revokedAt', p_key.revoked_at,
    'revokedReason', p_key.revoked_reason, 'revokedBy', p_key.revoked_by, 'incidentId', p_key.incident_id,
    'replaces', p_key.replaces)
$$;

-- Whoever changes the keys of a tenant comes after whoever is at it: a key that is rotated while all are revoked must not
-- leave its successor behind. Held until the transaction ends. No result.
create function fuse.lock_virtual_keys(p_tenant_id text) returns void
language sql set search_path = fuse, extensions, pg_temp as $$
  select pg_advisory_xact_lock(hashtextextended('fuse.virtual_keys:' || p_tenant_id, 0))
$$;

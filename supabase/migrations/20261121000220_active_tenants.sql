-- Tenants with usage since p_since, with their first and last event and their newest baseline.
-- Result: [{tenantId, firstAt, lastAt, baselineVersion or null, fittedAt or null}] (times in epoch ms).
create function fuse.active_tenants(p_since timestamptz) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'tenantId', t.tenant_id,
    'firstAt', (extract(epoch from t.first_at) * 1000)::bigint,
    'lastAt', (extract(epoch from t.last_at) * 1000)::bigint,
    'baselineVersion', newest.version,
    'fittedAt', (extract(epoch from newest.fitted_at) * 1000)::bigint
  ) order by t.tenant_id), '[]')
  from tenants t
  left join lateral (
    select version, fitted_at from baselines b where b.tenant_id = t.tenant_id order by version desc limit 1
  ) newest on true
  where t.last_at >= p_since
$$;

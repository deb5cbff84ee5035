-- Tenants with usage since p_since, with their first and last event and the baseline they are scored against.
-- Result: [{tenantId, firstAt, lastAt, baselineVersion or null, fittedAt or null}] (times in epoch ms).
create or replace function fuse.active_tenants(p_since timestamptz) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'tenantId', t.tenant_id,
    'firstAt', (extract(epoch from t.first_at) * 1000)::bigint,
    'lastAt', (extract(epoch from t.last_at) * 1000)::bigint,
    'baselineVersion', b.version,
    'fittedAt', (extract(epoch from b.fitted_at) * 1000)::bigint
  ) order by t.tenant_id), '[]')
  from tenants t
  left join scoring s on s.tenant_id = t.tenant_id and s.space = 'features'
  left join baselines b on b.tenant_id = s.tenant_id and b.version = s.version
  where t.last_at >= p_since
$$;

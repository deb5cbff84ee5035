-- Tenants with usage since p_since, with their first and last event and their newest baseline.
-- Result: [{tenantId, firstAt, lastAt, baselineVersion or null, fittedAt or null}] (times in epoch ms).
create function fuse.active_tenants(p_since timestamptz) returns jsonb
language sql stable set search_path = fuse, extensions as $$
  with active as (select distinct tenant_id from usage_events where occurred_at >= p_since)
  select coalesce(jsonb_agg(jsonb_build_object(
    'tenantId', active.tenant_id, 'firstAt', span.first_at, 'lastAt', span.last_at,
    'baselineVersion', newest.version, 'fittedAt', newest.fitted_at
  ) order by active.tenant_id), '[]')
  from active
  cross join lateral (
    select (extract(epoch from min(occurred_at)) * 1000)::bigint as first_at,
           (extract(epoch from max(occurred_at)) * 1000)::bigint as last_at
    from usage_events e where e.tenant_id = active.tenant_id
  ) span
  left join lateral (
    select version, (extract(epoch from fitted_at) * 1000)::bigint as fitted_at
    from baselines b where b.tenant_id = active.tenant_id order by version desc limit 1
  ) newest on true
$$;

-- How old the baselines of tenants with usage since p_active_since are, by tenant: those behind p_after, p_limit at most.
-- p_due: only those the service should refit by then, with a day of history at least; null: all.
-- Result: [{tenantId, firstAt, version or null, fittedAt or null, heldUntil or null}] (times in epoch ms).
create function fuse.baseline_states(
  p_active_since timestamptz, p_due timestamptz, p_after text, p_limit integer
) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  with page as (
    select t.tenant_id, t.first_at, s.version, b.fitted_at, s.held_until
    from tenants t
    left join scoring s on s.tenant_id = t.tenant_id and s.space = 'features'
    left join baselines b on b.tenant_id = s.tenant_id and b.version = s.version
    where t.last_at >= p_active_since
      and (p_due is null or coalesce(s.refresh_after, t.first_at + interval '1 day') <= p_due)
      and (p_after is null or t.tenant_id collate "C" > p_after)
    order by t.tenant_id collate "C" limit p_limit
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'tenantId', tenant_id, 'firstAt', (extract(epoch from first_at) * 1000)::bigint, 'version', version,
    'fittedAt', (extract(epoch from fitted_at) * 1000)::bigint,
    'heldUntil', (extract(epoch from held_until) * 1000)::bigint) order by tenant_id collate "C"), '[]')
  from page
$$;

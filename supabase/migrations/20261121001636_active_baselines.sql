-- What tenants with usage since p_active_since are scored against, by tenant: those behind p_after, p_limit at most;
-- p_changed_since: those that changed since then by the clock of the database, or null.
-- Result: [{tenantId, version, spaces, tangentLimit, levels, scales, changedAt (epoch ms)}].
create function fuse.active_baselines(
  p_active_since timestamptz, p_changed_since timestamptz, p_after text, p_limit integer
) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  with page as (
    select s.tenant_id, s.version, s.tangent_limit,
           (select jsonb_agg(o.space) from scoring o where o.tenant_id = s.tenant_id and o.version = s.version) as spaces,
           b.levels, b.scales, s.changed_at
    from scoring s
    join baselines b using (tenant_id, version)
    join tenants t on t.tenant_id = s.tenant_id
    where s.space = 'features' and t.last_at >= p_active_since
      and (p_changed_since is null or s.changed_at >= p_changed_since)
      and (p_after is null or s.tenant_id collate "C" > p_after)
    order by s.tenant_id collate "C" limit p_limit
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'tenantId', tenant_id, 'version', version, 'spaces', spaces, 'tangentLimit', tangent_limit, 'levels', levels, 'scales', scales,
    'changedAt', (extract(epoch from changed_at) * 1000)::bigint) order by tenant_id collate "C"), '[]')
  from page
$$;

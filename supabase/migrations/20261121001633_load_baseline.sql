-- One version of a tenant's baseline, p_version null: the one in use; null when there is none.
-- Result: {version, fittedAt, levels, scales, tangentLimit, theta, cause, snapshots, excludedMinutes, parent or null,
-- note or null, createdBy, active, scoring: {tangentLimit, theta, heldUntil or null, spaces} when active else null,
-- centroids: [{vector, weight, days}]}. tangentLimit of the version is the one before the tenant's own alerts.
drop function fuse.load_baseline(text);
create function fuse.load_baseline(p_tenant_id text, p_version integer) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select jsonb_build_object(
    'version', b.version, 'fittedAt', b.fitted_at, 'levels', b.levels, 'scales', b.scales,
    'tangentLimit', b.tangent_limit, 'theta', b.theta, 'cause', b.cause, 'snapshots', b.snapshots,
    'excludedMinutes', b.excluded_minutes, 'parent', b.parent, 'note', b.note, 'createdBy', b.created_by,
    'active', s.version is not null,
    'scoring', case when s.version is not null then jsonb_build_object(
      'tangentLimit', s.tangent_limit, 'theta', s.theta, 'heldUntil', s.held_until,
      'spaces', (select jsonb_agg(space order by space) from scoring where tenant_id = b.tenant_id)) end,
    'centroids', (
      select coalesce(jsonb_agg(jsonb_build_object('vector', c.v::real[], 'weight', c.weight, 'days', c.days)
        order by c.k), '[]')
      from centroids c where c.tenant_id = b.tenant_id and c.version = b.version))
  from baselines b
  left join scoring s on s.tenant_id = b.tenant_id and s.version = b.version and s.space = 'features'
  where b.tenant_id = p_tenant_id
    and b.version = coalesce(p_version, (
      select version from scoring where tenant_id = p_tenant_id and space = 'features'))
$$;

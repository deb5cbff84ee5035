-- The newest baseline of one tenant, or null. Result: {version, fittedAt, levels, scales, snapshots, centroids}.
create function fuse.load_baseline(p_tenant_id text) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select jsonb_build_object(
    'version', b.version, 'fittedAt', b.fitted_at, 'levels', b.levels, 'scales', b.scales, 'snapshots', b.snapshots,
    'centroids', (select count(*) from centroids c where c.tenant_id = b.tenant_id and c.version = b.version))
  from baselines b where b.tenant_id = p_tenant_id
  order by b.version desc limit 1
$$;

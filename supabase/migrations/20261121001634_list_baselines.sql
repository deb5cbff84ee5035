-- The versions of a tenant's baseline, newest first; p_before: those before this one, or null.
-- Result: [{version, fittedAt, tangentLimit, theta, cause, snapshots, centroids, excludedMinutes, parent or null,
-- note or null, createdBy, active}].
create function fuse.list_baselines(p_tenant_id text, p_before integer, p_limit integer) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  with page as (
    select b.*, s.version is not null as active,
           (select count(*) from centroids c where c.tenant_id = b.tenant_id and c.version = b.version) as centroids
    from baselines b
    left join scoring s on s.tenant_id = b.tenant_id and s.version = b.version and s.space = 'features'
    where b.tenant_id = p_tenant_id and (p_before is null or b.version < p_before)
    order by b.version desc limit p_limit
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'version', version, 'fittedAt', fitted_at, 'tangentLimit', tangent_limit, 'theta', theta,
    'cause', cause, 'snapshots', snapshots, 'centroids', centroids, 'excludedMinutes', excluded_minutes,
    'parent', parent, 'note', note, 'createdBy', created_by, 'active', active) order by version desc), '[]')
  from page
$$;

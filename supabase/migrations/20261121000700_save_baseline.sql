-- Stores a new version of a tenant's baseline with its centroids.
-- p_baseline: {tenantId, fittedAt, levels, scales, snapshots, centroids: [{windowMinutes, k, vector, weight, days}]}.
-- Result: {version}.
create function fuse.save_baseline(p_baseline jsonb) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_tenant text := p_baseline->>'tenantId';
  v_version integer;
begin
  perform pg_advisory_xact_lock(hashtext('fuse.baseline:' || v_tenant));
  select coalesce(max(version), 0) + 1 into v_version from baselines where tenant_id = v_tenant;
  insert into baselines values (
    v_tenant, v_version, (p_baseline->>'fittedAt')::timestamptz, p_baseline->'levels', p_baseline->'scales',
    (p_baseline->>'snapshots')::integer);
  insert into centroids
  select v_tenant, v_version, (c->>'windowMinutes')::smallint, (c->>'k')::smallint, (c->>'vector')::vector(16),
         (c->>'weight')::real, (c->>'days')::smallint
  from jsonb_array_elements(p_baseline->'centroids') c;

  return jsonb_build_object('version', v_version);
end $$;

-- Stores a new version of a tenant's baseline and scores against it from now on; a roll-back stops holding.
-- p_baseline: {tenantId, fittedAt (ISO), levels, scales, tangentLimit, theta, cause, snapshots, excludedMinutes,
-- note or null, centroids: [{vector, weight, days}]}. p_scoring: {tangentLimit, theta, refreshAfter (ISO)}: what holds now.
-- p_actor: who asked for it, null: nobody did. A refresh of one tenant that was asked for is audited; those of every night
-- are told by the versions themselves.
-- Result: {version, parent or null}. version null: nothing was stored, as a person went back to an older version while a job
-- was fitting this one, and it holds.
drop function fuse.save_baseline(jsonb);
create function fuse.save_baseline(p_baseline jsonb, p_scoring jsonb, p_actor text) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_tenant text := p_baseline->>'tenantId';
  v_at timestamptz := (p_baseline->>'fittedAt')::timestamptz;
  v_version integer;
  v_parent integer;
  v_held_until timestamptz;
begin
  perform pg_advisory_xact_lock(hashtext('fuse.baseline:' || v_tenant));
  select coalesce(max(version), 0) + 1 into v_version from baselines where tenant_id = v_tenant;
  select version, held_until into v_parent, v_held_until from scoring where tenant_id = v_tenant and space = 'features';
  if v_held_until > v_at and p_baseline->>'cause' not in ('refresh', 'accepted') then
    return jsonb_build_object('version', null, 'parent', v_parent);
  end if;

  insert into baselines (tenant_id, version, fitted_at, levels, scales, snapshots, tangent_limit, theta, cause,
    excluded_minutes, parent, note, created_by)
  values (v_tenant, v_version, v_at, p_baseline->'levels', p_baseline->'scales', (p_baseline->>'snapshots')::integer,
    (p_baseline->>'tangentLimit')::real, (p_baseline->>'theta')::real, p_baseline->>'cause',
    (p_baseline->>'excludedMinutes')::integer, v_parent, p_baseline->>'note', coalesce(p_actor, 'service'));
  insert into centroids (tenant_id, version, k, v, weight, days)
  select v_tenant, v_version, c.position - 1, (c.value->>'vector')::vector(64), (c.value->>'weight')::real,
         (c.value->>'days')::smallint
  from jsonb_array_elements(p_baseline->'centroids') with ordinality as c(value, position);
  perform put_scoring(v_tenant, v_version, p_scoring, null);
  if p_actor is not null and p_baseline->>'cause' <> 'nightly' then
    insert into audit_entries (at, actor, event, tenant_id, detail)
    values (v_at, p_actor, 'baseline.refreshed', v_tenant, jsonb_build_object('version', v_version, 'was', v_parent));
  end if;

  return jsonb_build_object('version', v_version, 'parent', v_parent);
end $$;

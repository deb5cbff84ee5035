-- Stores snapshots and scores each: cosine distance to the nearest centroid of the baseline it was made with.
-- p_snapshots: [{tenantId, windowMinutes, at (ISO), baselineVersion, raw, v}]; a snapshot of the same minute replaces
-- the earlier one. Result: [{tenantId, windowMinutes, distance}].
create function fuse.score_snapshots(p_snapshots jsonb) returns jsonb
language sql set search_path = fuse, extensions, pg_temp as $$
  with given as (
    select * from jsonb_to_recordset(p_snapshots)
      as s("tenantId" text, "windowMinutes" smallint, at timestamptz, "baselineVersion" integer, raw real[], v text)
  ), scored as (
    insert into snapshots
    select g."tenantId", g."windowMinutes", g.at, g."baselineVersion", g.raw, g.v::vector(16), nearest.distance
    from given g
    cross join lateral (
      select min(c.v <=> g.v::vector(16))::real as distance from centroids c
      where c.tenant_id = g."tenantId" and c.window_minutes = g."windowMinutes" and c.version = g."baselineVersion"
    ) nearest
    where nearest.distance is not null
    on conflict (tenant_id, window_minutes, at) do update
    set baseline_version = excluded.baseline_version, raw = excluded.raw, v = excluded.v, distance = excluded.distance
    returning tenant_id, window_minutes, distance
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'tenantId', tenant_id, 'windowMinutes', window_minutes, 'distance', distance)), '[]')
  from scored
$$;

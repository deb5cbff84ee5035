-- Keeps scored snapshots of one minute. p_snapshots: [[tenant, baseline version, raw as `{…}`, vector as a sparsevec literal,
-- distance, strength], …]. One of the same tenant and minute replaces the earlier one, unless that one was flagged and
-- stronger: what somebody was alerted of stays. Result: {stored}.
--
-- Kept are every fifth minute of a tenant, and every minute that was flagged or nearly (strength above 0.8). That is 300 rows
-- a day and tenant instead of 8,640, and of those the ones anybody looks at: an alert can be explained minute by minute, and
-- nearest snapshots, pictures, backtests and refits (which look at every 15th minute) have what they need. A row is about
-- 700 bytes: 1,000 tenants fill 0.2 GB a day.
create function fuse.store_snapshots(p_at timestamptz, p_space text, p_snapshots json) returns json
language sql set search_path = fuse, extensions, pg_temp as $$
  with stored as (
    insert into snapshots as kept (tenant_id, at, baseline_version, space, raw, v, distance, strength)
    select s->>0, p_at, (s->>1)::integer, p_space, (s->>2)::real[], (s->>3)::sparsevec::vector, (s->>4)::real, (s->>5)::real
    from json_array_elements(p_snapshots) s
    on conflict (tenant_id, at) do update
    set baseline_version = excluded.baseline_version, space = excluded.space, raw = excluded.raw, v = excluded.v,
      distance = excluded.distance, strength = excluded.strength
    where kept.strength <= 1 or kept.strength < excluded.strength
    returning 1
  )
  select json_build_object('stored', count(*)) from stored
$$;

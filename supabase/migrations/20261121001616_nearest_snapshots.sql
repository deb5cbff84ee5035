-- Past snapshots of a tenant most like a vector: of each day (UTC) the nearest one before p_before, nearest first. Without
-- the days, all of them would be neighbours within the same hour. p_vector: `[…]`, 64 numbers.
-- Result: [{at, version, distance, strength}, …].
--
-- All of the tenant's rows are looked at (4,500 at most, some 5 ms): an HNSW index over all tenants finds the nearest of
-- everybody's and then drops those of others, so that few or none are left; one that went on searching would read more than
-- these rows; and it would make every stored snapshot 20 times as dear.
create function fuse.nearest_snapshots(
  p_tenant_id text, p_space text, p_vector text, p_before timestamptz, p_limit integer
) returns json
language sql stable set search_path = fuse, extensions, pg_temp as $$
  with measured as materialized (
    select at, baseline_version, strength, v <=> p_vector::vector as distance
    from snapshots
    where tenant_id = p_tenant_id and space = p_space and at < p_before
  ), of_days as (
    select distinct on ((at at time zone 'UTC')::date) * from measured
    order by (at at time zone 'UTC')::date, distance
  ), nearest as (
    select * from of_days order by distance limit p_limit
  )
  select coalesce(json_agg(json_build_object(
    'at', at, 'version', baseline_version, 'distance', distance::real, 'strength', strength) order by distance), '[]')
  from nearest
$$;

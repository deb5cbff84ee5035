-- Removes snapshots after 35 days: a month of explanations, and five weeks of the hour of the week. Those of ordinary
-- minutes are thinned to one an hour when they are 14 days old, which is as far back as a baseline is fitted: 4,500 rows a
-- tenant instead of 10,000. What was flagged, or nearly, stays all 35 days.
-- p_limit: rows at most, so that the statement ends in time; called again while it removes as many. Result: {removed}.
create function fuse.prune_snapshots(p_now timestamptz, p_limit integer) returns json
language sql set search_path = fuse, extensions, pg_temp as $$
  with due as (
    (select ctid from snapshots where at < p_now - interval '35 days' limit p_limit)
    union all
    -- One day only: what a longer standstill left is gone after 35 days, too, and nothing is read over and over.
    (select ctid from snapshots
    where at < p_now - interval '14 days' and at >= p_now - interval '15 days' and strength <= 0.8
      and extract(minute from at) >= 5
    limit p_limit)
    limit p_limit
  ), removed as (
    delete from snapshots where ctid = any (array(select ctid from due)) returning 1
  )
  select json_build_object('removed', count(*)) from removed
$$;

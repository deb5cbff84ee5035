-- The days (UTC) since p_from that have events and no table of their own, at most p_limit. Result: ["2026-11-21", …].
create or replace function fuse.stray_usage_days(p_from timestamptz, p_limit integer) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  with days as (
    select distinct (occurred_at at time zone 'UTC')::date as day from usage_events_other
    where occurred_at >= p_from order by 1 limit p_limit
  )
  select coalesce(jsonb_agg(day order by day), '[]') from days
$$;

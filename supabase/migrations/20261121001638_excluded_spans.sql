-- What a tenant's baseline must not learn from, since p_since:
--   incidents with the 15 minutes before, what people confirmed as one with the 60 before (it began before anything flagged
--   it), both with the 60 a window still holds them after;
--   minutes that were flagged in the last 7 days, with the 15 before, while nobody said anything about them;
--   maintenance windows that are not to be learned from, with the 60 minutes after.
-- Let in: what people called fine, and what is alike while that is suppressed; flagged minutes of maintenance to learn from,
-- and those of a new normal since it began and for a week after it was decided. Where people said both, the later word holds.
-- Result: {learnFrom: beginning of the new normal decided last, or null, spans: [[from, to), …]} in epoch ms, by time.
create function fuse.excluded_spans(p_tenant_id text, p_since timestamptz, p_now timestamptz) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  with flagged as (
    select coalesce(range_agg(tstzrange(at - interval '15 minutes', at + interval '1 minute')), '{}') as spans
    from snapshots s
    where tenant_id = p_tenant_id and strength > 1 and at >= greatest(p_since, p_now - interval '7 days') and at < p_now
      and not exists (
        select from scoring now
        where now.tenant_id = s.tenant_id and now.space = s.space
          and alike_feedback(s.tenant_id, s.space, s.v, s.strength, now.tangent_limit, s.at) is not null)
  ), incidents_at as (
    select coalesce(range_agg(
      tstzrange(opened_at - interval '15 minutes', coalesce(closed_at, p_now) + interval '61 minutes')), '{}') as spans
    from incidents where tenant_id = p_tenant_id and coalesce(closed_at, 'infinity') >= p_since
  ), said as (
    select
      coalesce(range_agg(tstzrange(from_at - interval '15 minutes', to_at + interval '61 minutes'))
        filter (where verdict = 'fine'), '{}') as fine,
      coalesce(range_agg(tstzrange(from_at - interval '60 minutes', to_at + interval '61 minutes'))
        filter (where verdict = 'incident' and not exists (
          select from feedback later
          where later.tenant_id = f.tenant_id and later.verdict = 'fine' and later.created_at > f.created_at
            and later.from_at <= f.to_at and later.to_at >= f.from_at)), '{}') as confirmed
    from feedback f where tenant_id = p_tenant_id and to_at >= p_since
  ), maintenance as (
    select
      coalesce(range_agg(tstzrange(from_at, to_at + interval '61 minutes')) filter (where learn), '{}') as learned,
      coalesce(range_agg(tstzrange(from_at, to_at + interval '61 minutes')) filter (where not learn), '{}') as left_out
    from maintenance_windows where tenant_id = p_tenant_id and to_at >= p_since
  ), shifts as (
    select coalesce(range_agg(tstzrange(started_at - interval '15 minutes', decided_at + interval '7 days')), '{}') as spans,
           max(started_at) as learn_from
    from baseline_shifts
    where tenant_id = p_tenant_id and decision in ('accepted', 'automatic') and decided_at + interval '7 days' >= p_since
  ), excluded as (
    select unnest(
      (flagged.spans - maintenance.learned - shifts.spans + incidents_at.spans - said.fine)
      + said.confirmed + maintenance.left_out) as span
    from flagged, incidents_at, said, maintenance, shifts
  )
  select jsonb_build_object(
    'learnFrom', (select (extract(epoch from learn_from) * 1000)::bigint from shifts),
    'spans', (
      select coalesce(jsonb_agg(jsonb_build_array(
        (extract(epoch from lower(span)) * 1000)::bigint, (extract(epoch from upper(span)) * 1000)::bigint)
        order by lower(span)), '[]')
      from excluded))
$$;
drop function fuse.incident_spans(text, timestamptz);

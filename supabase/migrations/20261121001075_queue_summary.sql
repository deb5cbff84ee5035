-- What waits, of one tenant or (null) of all. p_bounds_ms: {lane: ms}: how long a call of a lane waits before it is
-- overdue.
-- Result: {lanes: [{tenantId, lane, waiting, oldestParkedAt, firstRankAt}], overdueCounters: [id], releasing, dead};
-- times in epoch ms. overdueCounters: what had no room for calls that are overdue.
create function fuse.queue_summary(p_tenant_id text, p_bounds_ms jsonb, p_now timestamptz) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  with lanes as (
    select tenant_id, lane, count(*) as waiting, min(parked_at) as oldest, min(rank_at) as first
    from queued_calls where state = 'waiting' and (p_tenant_id is null or tenant_id = p_tenant_id)
    group by tenant_id, lane
  ), overdue as (
    select distinct unnest(blocked_by) as counter_id from queued_calls
    where state = 'waiting' and (p_tenant_id is null or tenant_id = p_tenant_id)
      and parked_at < p_now - make_interval(secs => (p_bounds_ms->>lane)::double precision / 1000)
  )
  select jsonb_build_object(
    'lanes', (select coalesce(jsonb_agg(jsonb_build_object(
      'tenantId', tenant_id, 'lane', lane, 'waiting', waiting,
      'oldestParkedAt', (extract(epoch from oldest) * 1000)::bigint,
      'firstRankAt', (extract(epoch from first) * 1000)::bigint) order by tenant_id, lane), '[]') from lanes),
    'overdueCounters', (select coalesce(jsonb_agg(counter_id order by counter_id), '[]') from overdue),
    'releasing', (select count(*) from queued_calls
      where state = 'releasing' and (p_tenant_id is null or tenant_id = p_tenant_id)),
    'dead', (select count(*) from queued_calls
      where state = 'dead' and (p_tenant_id is null or tenant_id = p_tenant_id)))
$$;

-- Whether a tenant may have a new normal: how many minutes of the 24 hours before p_now were flagged that nobody explained,
-- since when, and what was asked before.
-- Result: {flaggedMinutes, startedAt or null, open: {startedAt, askedAt} or null, isDecided: within the last week}
-- (times in epoch ms).
create function fuse.level_shift(p_tenant_id text, p_now timestamptz) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  with flagged as (
    select count(*) as minutes, min(at) as started_at
    from snapshots s
    where tenant_id = p_tenant_id and at >= p_now - interval '1 day' and at < p_now and strength > 1
      and not exists (
        select from feedback f where f.tenant_id = s.tenant_id and s.at between f.from_at and f.to_at)
      and not exists (
        select from maintenance_windows m where m.tenant_id = s.tenant_id and s.at >= m.from_at and s.at < m.to_at)
      and not exists (
        select from incidents i where i.tenant_id = s.tenant_id
          and s.at between i.opened_at and coalesce(i.closed_at, 'infinity'))
  )
  select jsonb_build_object(
    'flaggedMinutes', minutes, 'startedAt', (extract(epoch from started_at) * 1000)::bigint,
    'open', (
      select jsonb_build_object(
        'startedAt', (extract(epoch from b.started_at) * 1000)::bigint,
        'askedAt', (extract(epoch from b.asked_at) * 1000)::bigint)
      from baseline_shifts b where b.tenant_id = p_tenant_id and b.decision is null),
    'isDecided', exists (
      select from baseline_shifts b
      where b.tenant_id = p_tenant_id and b.decided_at > p_now - interval '7 days' and b.decision <> 'ended'))
  from flagged
$$;

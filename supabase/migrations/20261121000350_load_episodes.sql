-- The newest notification of every alert since p_since, so that a restart does not notify again. A tenant that was
-- let go since starts afresh.
-- Result: [{tenantId, rule, openedAt, lastSeenAt, notifiedAt, notifiedStrength, sequence}] (times in epoch ms).
create function fuse.load_episodes(p_since timestamptz) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  with newest as (
    select distinct on (tenant_id, rule) * from alerts
    where notified_at >= p_since and not exists (
      select from breakers b
      where b.tenant_id = alerts.tenant_id and b.breaker->>'state' = 'closed' and b.changed_at >= alerts.notified_at)
    order by tenant_id, rule, notified_at desc
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'tenantId', tenant_id, 'rule', rule,
    'openedAt', (extract(epoch from opened_at) * 1000)::bigint,
    'lastSeenAt', (extract(epoch from notified_at) * 1000)::bigint,
    'notifiedAt', (extract(epoch from notified_at) * 1000)::bigint,
    'notifiedStrength', strength, 'sequence', sequence)), '[]')
  from newest
$$;

-- Removes what nobody reads any more: delivered messages after a week, snapshots after 14 days, all but the newest
-- ten baselines of a tenant. Usage, incidents, alerts and the audit stay. Result: {removed}.
create function fuse.prune(p_now timestamptz) returns jsonb
language sql set search_path = fuse, extensions, pg_temp as $$
  with messages as (
    delete from outbox where delivered_at < p_now - interval '7 days' returning 1
  ), old_snapshots as (
    delete from snapshots where at < p_now - interval '14 days' returning 1
  ), old_baselines as (
    delete from baselines b
    where b.version <= (select max(version) from baselines n where n.tenant_id = b.tenant_id) - 10
    returning 1
  )
  select jsonb_build_object('removed',
    (select count(*) from messages) + (select count(*) from old_snapshots) + (select count(*) from old_baselines))
$$;

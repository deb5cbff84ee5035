-- Removes messages to subscribers delivered more than a week ago, and messages to people that were sent or skipped more
-- than 90 days ago, but of alerts that are live: what is said next changes the first of them; and mutes that have ended.
-- Usage, incidents, alerts and the audit stay; snapshots go with prune_snapshots, versions of baselines with prune_baselines. Result: {removed}.
create or replace function fuse.prune(p_now timestamptz) returns jsonb
language sql set search_path = fuse, extensions, pg_temp as $$
  with messages as (
    delete from outbox where delivered_at < p_now - interval '7 days' returning 1
  ), told as (
    delete from notifications n
    where n.created_at < p_now - interval '90 days' and n.state in ('sent', 'skipped')
      and not exists (select from alerts a where a.id = n.subject_id and a.state <> 'resolved')
    returning 1
  ), muted as (
    delete from mutes where until_at <= p_now returning 1
  )
  select jsonb_build_object('removed',
    (select count(*) from messages) + (select count(*) from told) + (select count(*) from muted))
$$;

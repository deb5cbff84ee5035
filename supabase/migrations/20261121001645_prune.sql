-- Removes messages delivered more than a week ago. Usage, incidents, alerts and the audit stay; snapshots go with
-- prune_snapshots, versions of baselines with prune_baselines. Result: {removed}.
create or replace function fuse.prune(p_now timestamptz) returns jsonb
language sql set search_path = fuse, extensions, pg_temp as $$
  with messages as (
    delete from outbox where delivered_at < p_now - interval '7 days' returning 1
  )
  select jsonb_build_object('removed', (select count(*) from messages))
$$;

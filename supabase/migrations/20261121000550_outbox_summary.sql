-- How many messages wait and how many were given up. Result: {waiting, dead}.
create function fuse.outbox_summary() returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select jsonb_build_object(
    'waiting', count(*) filter (where next_attempt_at is not null),
    'dead', count(*) filter (where next_attempt_at is null))
  from outbox where delivered_at is null
$$;

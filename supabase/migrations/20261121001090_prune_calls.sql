-- Removes calls that are done or dead for 30 days, and blocks that are over. Result: {removed}: how many calls.
create function fuse.prune_calls(p_now timestamptz) returns jsonb
language sql set search_path = fuse, extensions, pg_temp as $$
  delete from queue_blocks where until < p_now;
  with removed as (
    delete from queued_calls where finished_at < p_now - interval '30 days' returning 1
  )
  select jsonb_build_object('removed', count(*)) from removed
$$;

-- Forgets commands older than a week: no chat hands one on again after so long. The audit keeps them.
-- Result: {removed}.
create function fuse.prune_commands(p_now timestamptz) returns jsonb
language sql set search_path = fuse, extensions, pg_temp as $$
  with old as (
    delete from commands where created_at < p_now - interval '7 days' returning 1
  )
  select jsonb_build_object('removed', (select count(*) from old))
$$;

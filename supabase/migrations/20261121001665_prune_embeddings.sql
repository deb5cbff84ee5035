-- Forgets vectors of texts that nobody used for two weeks, as long as a baseline looks back, and of the others all but the
-- p_keep used last. Result: {removed}.
create function fuse.prune_embeddings(p_now timestamptz, p_keep integer) returns jsonb
language sql set search_path = fuse, extensions, pg_temp as $$
  with too_many as (
    select used_at from embeddings order by used_at desc offset p_keep limit 1
  ), removed as (
    delete from embeddings
    where used_at < greatest(p_now - interval '14 days', (select used_at + interval '1 microsecond' from too_many))
    returning 1
  )
  select jsonb_build_object('removed', (select count(*) from removed))
$$;

-- Keeps vectors of texts; one that is known stays as it is. p_embeddings: [{hash (SHA-256 in hex), v: "[1,2,…]"}].
-- Result: {stored}.
create function fuse.store_embeddings(p_space text, p_embeddings jsonb, p_now timestamptz) returns jsonb
language sql set search_path = fuse, extensions, pg_temp as $$
  with stored as (
    insert into embeddings
    select p_space, decode(g.hash, 'hex'), g.v::vector(64), p_now
    from jsonb_to_recordset(p_embeddings) as g(hash text, v text)
    on conflict (space, hash) do nothing
    returning 1
  )
  select jsonb_build_object('stored', (select count(*) from stored))
$$;

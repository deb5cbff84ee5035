-- The vectors known of these texts. p_hashes: SHA-256 in hex. Result: {hash: [64 numbers], …}.
create function fuse.load_embeddings(p_space text, p_hashes jsonb, p_now timestamptz) returns jsonb
language sql set search_path = fuse, extensions, pg_temp as $$
  with wanted as (
    select decode(h, 'hex') as hash from jsonb_array_elements_text(p_hashes) h
  ), used as (
    -- Once a day is enough to know what is still in use: a write for every read would cost more than the read.
    update embeddings e set used_at = p_now from wanted w
    where e.space = p_space and e.hash = w.hash and e.used_at < p_now - interval '1 day'
  )
  select coalesce(jsonb_object_agg(encode(e.hash, 'hex'), to_jsonb(e.v::real[])), '{}')
  from wanted w join embeddings e on e.space = p_space and e.hash = w.hash
$$;

-- Puts vectors of judged snapshots that were made anew, and how strong they are now. p_judgements: [[feedback id, at,
-- baseline version, vector as a sparsevec literal], …]; of a version that is no longer in use nothing is put.
-- Result: {renewed}.
create function fuse.renew_judgements(p_judgements json) returns json
language sql set search_path = fuse, extensions, pg_temp as $$
  with given as (
    select g->>0 as feedback_id, (g->>1)::timestamptz as at, (g->>2)::integer as version,
      (g->>3)::sparsevec::vector as v
    from json_array_elements(p_judgements) g
  ), measured as (
    select g.*, s.tangent_limit, (select 1 - least(min(g.v <=> c), 0.999999) from unnest(s.centroids) c) as cosine
    from given g
    join feedback f on f.id = g.feedback_id
    join scoring s on s.tenant_id = f.tenant_id and s.version = g.version and s.space = f.space
  ), renewed as (
    update judged_snapshots j
    set v = m.v, baseline_version = m.version, strength = sqrt(1 / (m.cosine * m.cosine) - 1) / m.tangent_limit
    from measured m
    where j.feedback_id = m.feedback_id and j.at = m.at
    returning 1
  )
  select json_build_object('renewed', count(*)) from renewed
$$;

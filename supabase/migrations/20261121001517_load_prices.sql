-- All prices in use, when they changed after p_revision (null: in any case).
-- p_hash: of the list that the caller has in a file: it is not sent back when the prices in use are those.
-- Result: null when nothing changed; else {revision, version, asOf, hash, seeded: [price_document] or null for the
-- caller's own list, operator: [price_document], ceilings: [{provider, input, output, unknownPrice}]}; models in the order
-- in which they are tried.
create function fuse.load_prices(p_revision bigint, p_hash text) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  with list as (
    select * from price_lists where revision is distinct from p_revision
  ), wanted as (
    select 'operator' as source from list
    union all
    select 'seed' from list
    where hash is distinct from p_hash
      or exists (select from price_rates where source = 'seed' and (state = 'held' or is_rejected))
  ), rates as (
    select r.source, r.provider, r.model, jsonb_agg(rate_document(r) order by r.id) as rates
    from wanted join price_rates r using (source)
    where r.state = 'active'
    group by 1, 2, 3
  ), models as (
    select m.source, jsonb_agg(price_document(m, r.rates)
      -- Of an operator's, whole names come before the beginnings of names, and longer ones before shorter.
      order by m.is_prefix, case when m.source = 'operator' then -length(m.model) end, m.position, m.model) as models
    from price_models m join wanted using (source) left join rates r using (source, provider, model)
    where m.is_listed
    group by 1
  )
  select jsonb_build_object(
    'revision', revision, 'version', version, 'asOf', as_of, 'hash', hash,
    'seeded', case when exists (select from wanted where source = 'seed')
      then coalesce((select models from models where source = 'seed'), '[]') end,
    'operator', coalesce((select models from models where source = 'operator'), '[]'),
    'ceilings', coalesce((
      select jsonb_agg(jsonb_build_object(
        'provider', provider, 'input', input, 'output', output, 'unknownPrice', unknown_price) order by provider)
      from price_ceilings), '[]'))
  from list
$$;

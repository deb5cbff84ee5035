-- Models with their rates in the state p_state, an operator's before the seeded ones, then by provider and model; filtered
-- by what is not null. p_search: text in the model's name, whatever its case. p_after: [source, provider, model].
-- Result: [price_document].
create function fuse.list_prices(
  p_provider text, p_search text, p_source text, p_state text, p_after jsonb, p_limit integer
) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  with page as (
    select m.* from price_models m
    where (p_provider is null or m.provider = p_provider)
      and (p_search is null or strpos(lower(m.model), lower(p_search)) > 0)
      and (p_source is null or m.source = p_source)
      and (p_after is null or (m.source, m.provider, m.model) > (p_after->>0, p_after->>1, p_after->>2))
      and exists (
        select from price_rates r
        where r.source = m.source and r.provider = m.provider and r.model = m.model and r.state = p_state)
    order by m.source, m.provider, m.model limit p_limit
  ), rates as (
    select r.source, r.provider, r.model, jsonb_agg(rate_document(r) order by r.id) as rates
    from price_rates r join page using (source, provider, model)
    where r.state = p_state
    group by 1, 2, 3
  )
  select coalesce(jsonb_agg(
    price_document(m, rates) order by source, provider, model), '[]')
  from page join price_models m using (source, provider, model) join rates using (source, provider, model)
$$;

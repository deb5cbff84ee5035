-- Seeded rates that wait for a word because they are far from what they would take the place of.
-- Result: [{id, provider, model, unit, from, to, …}], the rest as rate_document writes it; from: the rate used now.
create function fuse.held_prices() returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  with held as (
    select distinct on (h.id) h as rate, a.rate as was
    from price_rates h left join price_rates a
      on a.state = 'active' and (a.id = h.replaces or (
        a.source = h.source and a.provider = h.provider and a.model = h.model
        and a.unit = h.unit and a.min_input_tokens = h.min_input_tokens and a.service_tier = h.service_tier
        and coalesce(a.tod_start, -1) = coalesce(h.tod_start, -1) and coalesce(a.tod_end, -1) = coalesce(h.tod_end, -1)))
    where h.state = 'held'
    order by h.id, coalesce(a.id = h.replaces, false) desc,
      coalesce(a.valid_from = h.valid_from, a.valid_from is null and h.valid_from is null) desc,
      a.valid_from desc nulls last
  )
  select coalesce(jsonb_agg(
    rate_document(rate) || jsonb_build_object(
      'provider', (rate).provider, 'model', (rate).model, 'from', was, 'to', (rate).rate)
    order by (rate).provider, (rate).model, (rate).id), '[]')
  from held
$$;

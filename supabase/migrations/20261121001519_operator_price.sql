-- What an operator set for a model, as price_document writes it; null: nothing.
create function fuse.operator_price(p_provider text, p_model text) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select price_document(m, (
    select jsonb_agg(rate_document(r) order by r.id) from price_rates r
    where r.source = 'operator' and r.provider = p_provider and r.model = p_model and r.state = 'active'))
  from price_models m
  where m.source = 'operator' and m.provider = p_provider and m.model = p_model and m.is_listed
$$;

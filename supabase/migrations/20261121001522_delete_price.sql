-- Deletes what an operator set for a model: the seeded price is used again. Result: {deleted}.
create function fuse.delete_price(p_provider text, p_model text, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_was jsonb;
begin
  perform 1 from price_lists for update;
  v_was := operator_price(p_provider, p_model);
  if v_was is null then
    return jsonb_build_object('deleted', false);
  end if;

  update price_models set is_listed = false
  where source = 'operator' and provider = p_provider and model = p_model;
  update price_rates set state = 'retired'
  where source = 'operator' and provider = p_provider and model = p_model and state = 'active';
  update price_lists set revision = revision + 1;
  insert into audit_entries (at, actor, event, detail)
  values (p_now, p_actor, 'price.deleted', jsonb_build_object('price', v_was));

  return jsonb_build_object('deleted', true);
end $$;

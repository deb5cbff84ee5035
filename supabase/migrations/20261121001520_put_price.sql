-- Sets what an operator knows a model to cost, in place of all it cost before.
-- p_price: {provider, model, pattern, alsoNamed, isPrefix, contextTokens or null, rates: [{id, unit, rate, minInputTokens,
-- serviceTier, timeOfDay, validFrom, validTo}]}.
-- Result: {outcome}: created, replaced, unchanged.
create function fuse.put_price(p_price jsonb, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_provider text := p_price->>'provider';
  v_model text := p_price->>'model';
  v_was jsonb;
  v_is jsonb;
  v_outcome text;
begin
  perform 1 from price_lists for update;
  v_was := operator_price(v_provider, v_model);

  insert into price_models (source, provider, model, pattern, also_named, is_prefix, context_tokens, position)
  values ('operator', v_provider, v_model, p_price->>'pattern', p_price->'alsoNamed',
    (p_price->>'isPrefix')::boolean, (p_price->>'contextTokens')::bigint, 0)
  on conflict (source, provider, model) do update
  set pattern = excluded.pattern, also_named = excluded.also_named, is_prefix = excluded.is_prefix,
    context_tokens = excluded.context_tokens, is_listed = true;

  update price_rates set state = 'retired'
  where source = 'operator' and provider = v_provider and model = v_model and state = 'active';
  insert into price_rates (id, source, provider, model, unit, rate, min_input_tokens, service_tier,
    tod_start, tod_end, valid_from, valid_to, state, created_at)
  select r.id, 'operator', v_provider, v_model, r.unit, r.rate, coalesce(r."minInputTokens", 0),
    coalesce(r."serviceTier", 'standard'), (r."timeOfDay"->>0)::smallint, (r."timeOfDay"->>1)::smallint,
    r."validFrom", r."validTo", 'active', p_now
  from jsonb_to_recordset(p_price->'rates') as r(id text, unit text, rate bigint, "minInputTokens" bigint,
    "serviceTier" text, "timeOfDay" jsonb, "validFrom" timestamptz, "validTo" timestamptz)
  on conflict (id) do update set state = 'active', valid_to = excluded.valid_to;

  v_is := operator_price(v_provider, v_model);
  if v_was = v_is then
    return jsonb_build_object('outcome', 'unchanged');
  end if;

  v_outcome := case when v_was is null then 'created' else 'replaced' end;
  update price_lists set revision = revision + 1;
  insert into audit_entries (at, actor, event, detail)
  values (p_now, p_actor, 'price.' || v_outcome, jsonb_build_object('price', v_is, 'was', v_was));

  return jsonb_build_object('outcome', v_outcome);
end $$;

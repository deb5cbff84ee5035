-- Takes the price list that ships with the service in place of the one before, once. A list older than that one is not
-- taken: replicas of two versions would undo each other's.
-- A rate more than 10 times, or less than a tenth of, what it takes the place of, or one from or to 0, is held until an
-- operator approves it; meanwhile the one before stays as it is. That one is of the same use, or, where a threshold of
-- input moved, of the nearest that is gone. Rates that are gone are retired.
-- p_list: {version, asOf, hash, models: [{provider, model, pattern, contextTokens, rates: [{id, unit, rate,
-- minInputTokens, serviceTier, timeOfDay: [start, end], validFrom, validTo}]}]}.
-- Result: {seeded, changed, retired, held: held_prices()}. 10,000 rates take some 0.3 s.
create function fuse.seed_prices(p_list jsonb, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_was price_lists;
  v_version text := p_list->>'version';
  v_changed integer;
  v_retired integer;
begin
  select * into v_was from price_lists for update;
  if v_was.hash = p_list->>'hash' or v_was.as_of > (p_list->>'asOf')::date then
    return jsonb_build_object('seeded', false, 'changed', 0, 'retired', 0, 'held', '[]'::jsonb);
  end if;

  with given as materialized (
    select provider, model, pattern, context_tokens, position
    from rows from (
      jsonb_to_recordset(p_list->'models') as (provider text, model text, pattern text, "contextTokens" bigint)
    ) with ordinality as m(provider, model, pattern, context_tokens, position)
  ), put as (
    insert into price_models (source, provider, model, pattern, context_tokens, source_version, position)
    select 'seed', provider, model, pattern, context_tokens, v_version, position from given
    on conflict (source, provider, model) do update
    set pattern = excluded.pattern, context_tokens = excluded.context_tokens,
      source_version = excluded.source_version, position = excluded.position, is_listed = true
  )
  update price_models m set is_listed = false
  where m.source = 'seed' and m.is_listed
    and not exists (select from given g where g.provider = m.provider and g.model = m.model);

  with given as materialized (
    select r.id, m.provider, m.model, r.unit, r.rate, coalesce(r."minInputTokens", 0) as min_input_tokens,
      coalesce(r."serviceTier", 'standard') as service_tier,
      (r."timeOfDay"->>0)::smallint as tod_start, (r."timeOfDay"->>1)::smallint as tod_end,
      r."validFrom" as valid_from, r."validTo" as valid_to
    from jsonb_to_recordset(p_list->'models') as m(provider text, model text, rates jsonb),
      jsonb_to_recordset(m.rates) as r(id text, unit text, rate bigint, "minInputTokens" bigint, "serviceTier" text,
        "timeOfDay" jsonb, "validFrom" timestamptz, "validTo" timestamptz)
  ), was as materialized (
    select * from price_rates where source = 'seed' and state = 'active'
  ), places as (
    -- What each takes the place of: the rate of the same use and the same time, else the latest of that use.
    select distinct on (g.id) g.id, w.id as was_id, g.rate, w.rate as was_rate
    from given g join was w
      on w.provider = g.provider and w.model = g.model and w.unit = g.unit
      and w.min_input_tokens = g.min_input_tokens and w.service_tier = g.service_tier
      and coalesce(w.tod_start, -1) = coalesce(g.tod_start, -1) and coalesce(w.tod_end, -1) = coalesce(g.tod_end, -1)
    order by g.id, w.id = g.id desc,
      coalesce(w.valid_from = g.valid_from, w.valid_from is null and g.valid_from is null) desc,
      w.valid_from desc nulls last
  ), gone as (
    select * from was w where not exists (
      select from given g
      where g.provider = w.provider and g.model = w.model and g.unit = w.unit
        and g.min_input_tokens = w.min_input_tokens and g.service_tier = w.service_tier
        and coalesce(g.tod_start, -1) = coalesce(w.tod_start, -1) and coalesce(g.tod_end, -1) = coalesce(w.tod_end, -1))
  ), moved as (
    -- One of a size nobody had takes the place of the nearest size that nobody has any more.
    select distinct on (g.id) g.id, w.id as was_id, g.rate, w.rate as was_rate
    from given g join gone w
      on w.provider = g.provider and w.model = g.model and w.unit = g.unit and w.service_tier = g.service_tier
      and coalesce(w.tod_start, -1) = coalesce(g.tod_start, -1) and coalesce(w.tod_end, -1) = coalesce(g.tod_end, -1)
    where not exists (select from places p where p.id = g.id)
    order by g.id, abs(w.min_input_tokens - g.min_input_tokens), w.valid_from desc nulls last
  ), jumps as materialized (
    select id, was_id from (select * from places union all select * from moved) as compared
    where was_id <> id and greatest(rate, was_rate) > 10 * least(rate, was_rate)
  ), ended as (
    update price_rates p set state = 'retired', is_rejected = false
    where p.source = 'seed' and (p.state <> 'retired' or p.is_rejected)
      and not exists (select from given g where g.id = p.id)
      and not exists (select from jumps j where j.was_id = p.id)
    returning p.id
  ), put as (
    insert into price_rates (id, source, provider, model, unit, rate, min_input_tokens, service_tier,
      tod_start, tod_end, valid_from, valid_to, source_version, state, replaces, created_at)
    select g.id, 'seed', g.provider, g.model, g.unit, g.rate, g.min_input_tokens, g.service_tier,
      g.tod_start, g.tod_end, g.valid_from,
      case when exists (select from jumps b where b.was_id = g.id)
        then (select w.valid_to from was w where w.id = g.id) else g.valid_to end,
      v_version, case when exists (select from jumps j where j.id = g.id) then 'held' else 'active' end,
      (select was_id from jumps j where j.id = g.id), p_now
    from given g
    on conflict (id) do update
    set state = excluded.state, replaces = excluded.replaces, is_rejected = false, valid_to = excluded.valid_to, source_version = excluded.source_version
    where not (price_rates.is_rejected and excluded.state = 'held')
      and (price_rates.state, price_rates.valid_to, price_rates.source_version)
        is distinct from (excluded.state, excluded.valid_to, excluded.source_version)
    returning id, state
  )
  select
    (select count(*) from put where not exists (select from was w where w.id = put.id)),
    (select count(*) from ended)
  into v_changed, v_retired;

  update price_lists set version = v_version, as_of = (p_list->>'asOf')::date, hash = p_list->>'hash',
    revision = revision + 1;

  return jsonb_build_object('seeded', true, 'changed', v_changed, 'retired', v_retired, 'held', held_prices());
end $$;

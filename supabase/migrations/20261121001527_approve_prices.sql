-- Takes held rates into use. What they take the place of ends: at once, or when they begin.
-- Result: [id] of those that were held.
create function fuse.approve_prices(p_ids jsonb, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_list price_lists;
  v_held jsonb;
begin
  select * into v_list from price_lists for update;
  v_held := (
    select jsonb_agg(held order by held->>'id') from jsonb_array_elements(held_prices()) held
    where p_ids ? (held->>'id'));
  if v_held is null then
    return '[]';
  end if;

  with asked as (
    select * from price_rates where state = 'held' and p_ids ? id
  ), ended as (
    update price_rates p
    set state = case when p.source_version <> v_list.version or p.valid_from is not distinct from h.valid_from
        then 'retired' else p.state end,
      valid_to = case when p.source_version = v_list.version and p.valid_from is distinct from h.valid_from
        then h.valid_from else p.valid_to end
    from asked h
    where p.state = 'active' and ((p.id = h.replaces and p.source_version <> v_list.version) or (
      p.source = h.source and p.provider = h.provider and p.model = h.model
      and p.unit = h.unit and p.min_input_tokens = h.min_input_tokens and p.service_tier = h.service_tier
      and coalesce(p.tod_start, -1) = coalesce(h.tod_start, -1) and coalesce(p.tod_end, -1) = coalesce(h.tod_end, -1)
      and (p.source_version <> v_list.version or p.valid_from is not distinct from h.valid_from
        or (coalesce(p.valid_from, '-infinity') < h.valid_from and coalesce(p.valid_to, 'infinity') > h.valid_from))))
  )
  update price_rates p set state = 'active' from asked where p.id = asked.id;
  update price_lists set revision = revision + 1;
  insert into audit_entries (at, actor, event, detail)
  values (p_now, p_actor, 'prices.approved', jsonb_build_object('rates', v_held));

  return (select jsonb_agg(held->'id') from jsonb_array_elements(v_held) held);
end $$;

-- Turns held rates down: what is used now stays in use, also when a later list says the same again.
-- Result: [id] of those that were held.
create function fuse.reject_prices(p_ids jsonb, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_held jsonb;
begin
  perform 1 from price_lists for update;
  v_held := (
    select jsonb_agg(held order by held->>'id') from jsonb_array_elements(held_prices()) held
    where p_ids ? (held->>'id'));
  if v_held is null then
    return '[]';
  end if;

  update price_rates set state = 'retired', is_rejected = true where state = 'held' and p_ids ? id;
  update price_lists set revision = revision + 1;
  insert into audit_entries (at, actor, event, detail)
  values (p_now, p_actor, 'prices.rejected', jsonb_build_object('rates', v_held));

  return (select jsonb_agg(held->'id') from jsonb_array_elements(v_held) held);
end $$;

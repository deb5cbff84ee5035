-- Sets what tokens of a provider (`*`: every one) cost that have no price, and what becomes of calls of such models.
-- p_ceiling: {input, output, unknownPrice}, null where another level says it. Result: {changed}.
create function fuse.put_ceiling(p_provider text, p_ceiling jsonb, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_was jsonb;
begin
  perform 1 from price_lists for update;
  select jsonb_build_object('input', input, 'output', output, 'unknownPrice', unknown_price) into v_was
  from price_ceilings where provider = p_provider;
  if v_was = p_ceiling then
    return jsonb_build_object('changed', false);
  end if;

  insert into price_ceilings values (
    p_provider, (p_ceiling->>'input')::bigint, (p_ceiling->>'output')::bigint, p_ceiling->>'unknownPrice')
  on conflict (provider) do update
  set input = excluded.input, output = excluded.output, unknown_price = excluded.unknown_price;
  update price_lists set revision = revision + 1;
  insert into audit_entries (at, actor, event, detail)
  values (p_now, p_actor, 'ceiling.set',
    jsonb_build_object('provider', p_provider, 'ceiling', p_ceiling, 'was', v_was));

  return jsonb_build_object('changed', true);
end $$;

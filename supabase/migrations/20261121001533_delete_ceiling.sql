-- Deletes the ceiling of a provider. Result: {deleted}.
create function fuse.delete_ceiling(p_provider text, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_was jsonb;
begin
  perform 1 from price_lists for update;
  delete from price_ceilings where provider = p_provider
  returning jsonb_build_object('input', input, 'output', output, 'unknownPrice', unknown_price) into v_was;
  if v_was is null then
    return jsonb_build_object('deleted', false);
  end if;

  update price_lists set revision = revision + 1;
  insert into audit_entries (at, actor, event, detail)
  values (p_now, p_actor, 'ceiling.deleted', jsonb_build_object('provider', p_provider, 'ceiling', v_was));

  return jsonb_build_object('deleted', true);
end $$;

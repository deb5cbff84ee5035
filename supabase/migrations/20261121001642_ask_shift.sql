-- Remembers that people were asked whether a tenant has a new normal. Result: {asked}: false when a question is open.
create function fuse.ask_shift(
  p_tenant_id text, p_started_at timestamptz, p_flagged_minutes integer, p_now timestamptz
) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_added integer;
begin
  insert into baseline_shifts (tenant_id, started_at, asked_at, flagged_minutes)
  values (p_tenant_id, p_started_at, p_now, p_flagged_minutes)
  on conflict do nothing;
  get diagnostics v_added = row_count;

  return jsonb_build_object('asked', v_added = 1);
end $$;

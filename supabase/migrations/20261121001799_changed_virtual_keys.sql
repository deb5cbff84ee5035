-- Whose virtual keys changed since p_since, by the clock of the database; null asks for that clock only. What changed up to
-- a minute before is told again: a transaction that was under way then may have ended since.
-- Result: {until: what to ask with next, tenantIds: [id], or null when they are more than 10,000}.
create function fuse.changed_virtual_keys(p_since timestamptz) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp as $$
declare
  v_until constant timestamptz := clock_timestamp();
  v_ids jsonb;
begin
  select coalesce(jsonb_agg(tenant_id), '[]') into v_ids
  from (
    select distinct tenant_id from virtual_keys where changed_at > p_since - interval '1 minute' limit 10001
  ) as changed;

  return jsonb_build_object(
    'until', v_until, 'tenantIds', case when jsonb_array_length(v_ids) <= 10000 then v_ids end);
end $$;

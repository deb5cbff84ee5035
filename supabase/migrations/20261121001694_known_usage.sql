-- What is recorded of events that were sent again. p_keys: [[source, id], …].
-- Result: [{source, id, tenantId, costMicroCents, reservationId or null}]; of an event whose day is being dropped its tenant
-- and cost are null.
create or replace function fuse.known_usage(p_keys jsonb) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp
-- By its key each, and planned for the days they are of: any other way reads or looks at every day there is.
set plan_cache_mode = force_custom_plan set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
declare
  v_keys jsonb;
  v_first timestamptz;
  v_last timestamptz;
begin
  select jsonb_agg(to_jsonb(k)), min(occurred_at), max(occurred_at) into v_keys, v_first, v_last
  from (select distinct key->>0 as source, key->>1 as id from jsonb_array_elements(p_keys) key) sent
  join usage_keys k using (source, id);
  if v_keys is null then return '[]'; end if;

  return (
  select coalesce(jsonb_agg(jsonb_build_object(
    'source', k.source, 'id', k.id, 'tenantId', e.tenant_id, 'costMicroCents', e.cost_micro_cents,
    'reservationId', k.reservation_id)), '[]')
  from jsonb_to_recordset(v_keys) as k(source text, id text, occurred_at timestamptz, reservation_id text)
  left join usage_events e on e.occurred_at = k.occurred_at and e.source = k.source and e.id = k.id
    and e.occurred_at between v_first and v_last
  );
end $$;

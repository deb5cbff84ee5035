-- Records the estimates of leases that ran out, as usage events. A lease whose call was recorded after all is left out.
-- p_events: rows of usage_events with cost_source `estimate` and a reservation_id.
-- Result: [{reservationId, microCents, inputTokens, cacheReadTokens, outputTokens}], what the calls left out really used.
create or replace function fuse.record_expired_leases(p_events jsonb) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp
-- By its key each, and planned for the days they are of: any other way reads or looks at every day there is.
set plan_cache_mode = force_custom_plan set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
declare
  v_recorded jsonb;
  v_first timestamptz;
  v_last timestamptz;
  v_used jsonb;
begin
  -- Whoever records usage that settles a reservation is done by now, or waits: see record_usage.
  perform pg_advisory_xact_lock(hashtextextended('fuse.expired_leases', 0));

  select jsonb_agg(to_jsonb(k)), min(k.occurred_at), max(k.occurred_at) into v_recorded, v_first, v_last
  from jsonb_to_recordset(p_events) as given(reservation_id text)
  join usage_keys k on k.reservation_id = given.reservation_id and not k.is_estimate;

  if v_recorded is not null then
    select jsonb_agg(to_jsonb(used)) into v_used from (
      select distinct on (e.reservation_id) e.tenant_id, e.reservation_id as "reservationId", e.cost_micro_cents as "microCents",
        e.input_uncached + e.cache_read + e.cache_write_5m + e.cache_write_1h + e.input_audio as "inputTokens",
        e.cache_read as "cacheReadTokens", e.output + e.output_audio as "outputTokens"
      from jsonb_to_recordset(v_recorded) as k(source text, id text, occurred_at timestamptz)
      join usage_events e on e.occurred_at = k.occurred_at and e.source = k.source and e.id = k.id
        and e.occurred_at between v_first and v_last
      where e.tenant_id in (
        select g.tenant_id from jsonb_to_recordset(p_events) as g(tenant_id text, reservation_id text)
        where g.reservation_id = e.reservation_id)
      order by e.reservation_id, e.received_at
    ) as used;
  end if;

  with given as materialized (
    select * from jsonb_populate_recordset(null::usage_events, p_events) g
    where not exists (
      select from jsonb_to_recordset(v_used) as used("reservationId" text) where "reservationId" = g.reservation_id)
  ), keyed as (
    insert into usage_keys (source, id, occurred_at, is_estimate, reservation_id)
    select source, id, occurred_at, true, reservation_id from given
    on conflict (source, id) do nothing
    returning source, id, occurred_at
  )
  insert into usage_events select given.* from given join keyed using (source, id, occurred_at)
  on conflict (occurred_at, source, id) do nothing;

  insert into tenants (tenant_id, first_at, last_at)
  select tenant_id, min(occurred_at), max(occurred_at)
  from jsonb_to_recordset(p_events) as given(tenant_id text, occurred_at timestamptz) group by tenant_id order by tenant_id
  on conflict (tenant_id) do update set last_at = greatest(tenants.last_at, excluded.last_at);

  return coalesce((select jsonb_agg(used - 'tenant_id') from jsonb_array_elements(v_used) used), '[]');
end $$;

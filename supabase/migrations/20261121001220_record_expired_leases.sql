-- Records the estimates of leases that ran out, as usage events. A lease whose call was recorded after all is left out.
-- p_events: rows of usage_events with cost_source `estimate` and a reservation_id.
-- Result: [{reservationId, microCents, inputTokens, cacheReadTokens, outputTokens}], what the calls left out really used.
create function fuse.record_expired_leases(p_events jsonb) returns jsonb
language sql set search_path = fuse, extensions, pg_temp as $$
  -- Whoever records usage that settles a reservation is done by now, or waits: see record_usage.
  select pg_advisory_xact_lock(hashtextextended('fuse.expired_leases', 0));

  with given as (
    select * from jsonb_populate_recordset(null::usage_events, p_events)
  ), used as (
    select distinct on (e.reservation_id) e.*
    from usage_events e join given g on g.reservation_id = e.reservation_id and g.tenant_id = e.tenant_id
    where e.cost_source <> 'estimate'
    order by e.reservation_id, e.received_at
  ), added as (
    insert into usage_events
    select g.* from given g where not exists (select from used u where u.reservation_id = g.reservation_id)
    on conflict (source, id) do nothing
  ), seen as (
    insert into tenants (tenant_id, first_at, last_at)
    select tenant_id, min(occurred_at), max(occurred_at) from given group by tenant_id
    on conflict (tenant_id) do update set last_at = greatest(tenants.last_at, excluded.last_at)
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'reservationId', reservation_id, 'microCents', cost_micro_cents,
    'inputTokens', input_uncached + cache_read + cache_write_5m + cache_write_1h + input_audio,
    'cacheReadTokens', cache_read, 'outputTokens', output + output_audio)), '[]')
  from used
$$;

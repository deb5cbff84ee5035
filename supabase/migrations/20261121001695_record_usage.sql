-- Records usage events, each once by (source, id), whatever time it names. An event that settles an expired lease takes the
-- place of the estimate that was recorded for it.
-- p_events: rows of usage_events; what is 0, false, empty or null may be left out. p_run: when given, the tenants of events
-- without a reservation are due to be counted (counts_due) by that name until a later call has it in p_counted.
-- Result: {added: how many, known: [{source, id, tenantId, costMicroCents, reservationId or null}]}, those recorded before.
-- json and not jsonb: it is read once, and takes half as long so.
drop function if exists fuse.record_usage(jsonb);
create or replace function fuse.record_usage(
  p_events json, p_run text default null, p_counted jsonb default null, p_now timestamptz default now()
) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  c_usual constant jsonb := '{"input_uncached": 0, "cache_read": 0, "cache_write_5m": 0, "cache_write_1h": 0,
    "input_audio": 0, "output": 0, "reasoning": 0, "output_audio": 0, "context_tokens": 0, "estimated": false,
    "line_items": [], "other_units": {}}';
  v_given integer;
  v_added integer;
  v_again jsonb;
  v_settled jsonb;
  v_estimate record;
begin
  -- Against record_expired_leases: of the two at once neither would see the other's row. Does not wait for its like. The
  -- statements after it see what was committed until then.
  if strpos(p_events::text, '"reservation_id"') > 0 then
    perform pg_advisory_xact_lock_shared(hashtextextended('fuse.expired_leases', 0));
  end if;
  if p_counted is not null then
    delete from counts_due where run in (select jsonb_array_elements_text(p_counted));
  end if;

  with given as materialized (
    select * from json_populate_recordset(jsonb_populate_record(null::usage_events, c_usual), p_events)
  ), keyed as (
    insert into usage_keys (source, id, occurred_at, is_estimate, reservation_id)
    select source, id, occurred_at, cost_source = 'estimate', reservation_id from given
    on conflict (source, id) do nothing
    returning source, id, occurred_at
  ), added as (
    insert into usage_events select given.* from given join keyed using (source, id, occurred_at)
    -- The same event twice among the given.
    on conflict (occurred_at, source, id) do nothing
    returning tenant_id, occurred_at, reservation_id
  ), active as (
    select tenant_id, min(occurred_at) as first_at, max(occurred_at) as last_at, bool_or(reservation_id is null) as is_due
    from added group by tenant_id
  ), arrived as (
    insert into tenants (tenant_id, first_at, last_at)
    select tenant_id, first_at, last_at from active order by tenant_id
    on conflict (tenant_id) do nothing
  ), seen as (
    update tenants t
    set first_at = least(t.first_at, a.first_at), last_at = greatest(t.last_at, a.last_at)
    from active a
    where a.tenant_id = t.tenant_id and (a.first_at < t.first_at or a.last_at > t.last_at)
      -- Who else records usage of a tenant just now says when it was seen: neither waits for the other.
      and (a.first_at < t.first_at or t.tenant_id in (
        select tenant_id from tenants where tenant_id in (select tenant_id from active) for update skip locked))
  ), due as (
    insert into counts_due (run, tenant_id, at)
    select p_run, tenant_id, p_now from active where p_run is not null and is_due
  )
  select (select count(*) from given), (select count(*) from keyed),
    case when (select count(*) from keyed) < (select count(*) from given) then (
      select jsonb_agg(jsonb_build_array(g.source, g.id)) from given g
      where not exists (select from keyed k where k.source = g.source and k.id = g.id)) end,
    (select jsonb_agg(jsonb_build_object('r', reservation_id, 't', tenant_id)) from added where reservation_id is not null)
  into v_given, v_added, v_again, v_settled;

  for v_estimate in
    select k.source, k.id, k.occurred_at, t as tenant_id
    from jsonb_to_recordset(v_settled) as settled(r text, t text)
    join usage_keys k on k.reservation_id = r and k.is_estimate
  loop
    delete from usage_events
    where occurred_at = v_estimate.occurred_at and source = v_estimate.source and id = v_estimate.id
      and tenant_id = v_estimate.tenant_id;
    if found then delete from usage_keys where source = v_estimate.source and id = v_estimate.id; end if;
  end loop;

  return jsonb_build_object(
    'added', v_added, 'known', case when v_again is null then '[]' else known_usage(v_again) end);
end $$;

-- Records usage events, each once by (source, id). An event that settles an expired lease takes the place of the
-- estimate that was recorded for it.
-- p_events: rows of usage_events.
-- Result: {added: [{source, id}], known: [{source, id, tenantId, costMicroCents, reservationId or null}]}.
create or replace function fuse.record_usage(p_events jsonb) returns jsonb
language sql set search_path = fuse, extensions, pg_temp as $$
  -- Against record_expired_leases: of the two at once neither would see the other's row. Does not wait for its like. The
  -- statement after it sees what was committed until then.
  select pg_advisory_xact_lock_shared(hashtextextended('fuse.expired_leases', 0))
  from jsonb_array_elements(p_events) e where e->>'reservation_id' is not null limit 1;

  with given as (
    select * from jsonb_populate_recordset(null::usage_events, p_events)
  ), added as (
    insert into usage_events select * from given
    on conflict (source, id) do nothing
    returning source, id, tenant_id, occurred_at, reservation_id
  ), replaced as (
    delete from usage_events e using added a
    where e.cost_source = 'estimate' and e.reservation_id = a.reservation_id and e.tenant_id = a.tenant_id
  ), seen as (
    insert into tenants (tenant_id, first_at, last_at)
    select tenant_id, min(occurred_at), max(occurred_at) from added group by tenant_id
    on conflict (tenant_id) do update
    set first_at = least(tenants.first_at, excluded.first_at), last_at = greatest(tenants.last_at, excluded.last_at)
  )
  select jsonb_build_object(
    'added', coalesce((select jsonb_agg(jsonb_build_object('source', source, 'id', id)) from added), '[]'),
    'known', coalesce((
      select jsonb_agg(distinct jsonb_build_object(
        'source', e.source, 'id', e.id, 'tenantId', e.tenant_id, 'costMicroCents', e.cost_micro_cents,
        'reservationId', e.reservation_id))
      from usage_events e join given g on g.source = e.source and g.id = e.id), '[]'))
$$;

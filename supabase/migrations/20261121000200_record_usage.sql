-- Records usage events, each once by source + id, and notes when each tenant was seen.
-- p_events: jsonb array of rows of fuse.usage_events.
-- Result: {added: [{source, id}], known: [{source, id, tenantId, costMicroCents}]}: what was new, and what was
-- recorded before, by whom and at what cost.
create function fuse.record_usage(p_events jsonb) returns jsonb
language sql set search_path = fuse, extensions, pg_temp as $$
  with given as (
    select * from jsonb_populate_recordset(null::usage_events, p_events)
  ), added as (
    insert into usage_events select * from given
    on conflict (source, id) do nothing
    returning source, id, tenant_id, occurred_at
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
        'source', e.source, 'id', e.id, 'tenantId', e.tenant_id, 'costMicroCents', e.cost_micro_cents))
      from usage_events e join given g on g.source = e.source and g.id = e.id), '[]'))
$$;

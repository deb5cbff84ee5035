-- Sets a tenant's breaker by hand. Setting it to closed ends the tenant's open incident, whatever held the breaker
-- last, and tells subscribers so (breaker.closed).
-- p_breaker: the new state; p_audit: {actor, event, detail}. Result: {closedIncidentId or null}.
create function fuse.set_breaker(p_tenant_id text, p_breaker jsonb, p_audit jsonb, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_closed text;
begin
  insert into breakers values (p_tenant_id, p_breaker, p_now)
  on conflict (tenant_id) do update set breaker = excluded.breaker, changed_at = excluded.changed_at;

  if p_breaker->>'state' = 'closed' then
    update incidents set closed_at = p_now where tenant_id = p_tenant_id and closed_at is null
    returning id into v_closed;
  end if;
  insert into audit_entries (at, actor, event, tenant_id, incident_id, detail)
  values (p_now, p_audit->>'actor', p_audit->>'event', p_tenant_id, v_closed, p_audit->'detail');
  if v_closed is not null then
    perform enqueue_event(jsonb_build_object(
      'eventId', 'closed:' || v_closed, 'type', 'breaker.closed', 'tenantId', p_tenant_id,
      'body', jsonb_build_object(
        'type', 'breaker.closed',
        'timestamp', to_char(p_now at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'data', jsonb_build_object('incidentId', v_closed, 'tenantId', p_tenant_id, 'actor', p_audit->>'actor')
      )::text), p_now);
  end if;

  return jsonb_build_object('closedIncidentId', v_closed);
end $$;

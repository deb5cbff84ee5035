-- Opens an incident: incident, breaker, audit entry and outbox rows in one transaction, or nothing of it when the
-- tenant's breaker is open already.
-- p_incident: {id, tenantId, rule, severity, openedAt (ISO), evidence, alertText, breaker}; p_event as enqueue_event.
-- Result: {opened, incidentId}: the id of the incident that is open now.
create function fuse.open_incident(p_incident jsonb, p_event jsonb) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_tenant text := p_incident->>'tenantId';
  v_now timestamptz := (p_incident->>'openedAt')::timestamptz;
  v_id text;
begin
  -- A block by hand that ran out left its incident open: that one is over, this is a new runaway.
  if (select breaker->>'state' from breakers where tenant_id = v_tenant for update) is distinct from 'open' then
    update incidents set closed_at = v_now where tenant_id = v_tenant and closed_at is null;
  end if;

  insert into incidents (id, tenant_id, rule, severity, opened_at, evidence, alert_text)
  values (p_incident->>'id', v_tenant, p_incident->>'rule', p_incident->>'severity', v_now,
          p_incident->'evidence', p_incident->>'alertText')
  on conflict (tenant_id) where closed_at is null do nothing
  returning id into v_id;

  if v_id is null then
    select id into v_id from incidents where tenant_id = v_tenant and closed_at is null;
    return jsonb_build_object('opened', false, 'incidentId', v_id);
  end if;

  insert into breakers values (v_tenant, p_incident->'breaker', v_now)
  on conflict (tenant_id) do update set breaker = excluded.breaker, changed_at = excluded.changed_at;
  insert into audit_entries (at, actor, event, tenant_id, incident_id, detail)
  values (v_now, 'detector:' || (p_incident->>'rule'), 'breaker.opened', v_tenant, v_id, p_incident->'evidence');
  perform enqueue_event(p_event, v_now);

  return jsonb_build_object('opened', true, 'incidentId', v_id);
end $$;

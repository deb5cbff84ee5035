-- Opens an incident: incident, breaker, audit entry, containment steps, messages to people and outbox rows in one
-- transaction, or nothing of it when the tenant has an open incident already.
-- p_incident: {id, tenantId, rule, severity, openedAt (ISO), evidence, alertText, breaker, openings?, skipped?, actions?,
-- notifications?}; p_event as enqueue_event. breaker null: it stays as it is, the incident only restrains its tenant.
-- openings above 1: the open incident of that id begins again, if it had one opening fewer until now: probing failed, or
-- a graver finding came. skipped: steps left out, for the audit.
-- Result: {opened, incidentId} and, when it was not opened, `existing`, the incident that is open: {severity,
-- breakerOpened, breakerState, openings, nextSequence (of its next message)}.
create or replace function fuse.open_incident(p_incident jsonb, p_event jsonb) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_tenant constant text := p_incident->>'tenantId';
  v_id constant text := p_incident->>'id';
  v_now constant timestamptz := (p_incident->>'openedAt')::timestamptz;
  v_openings constant integer := coalesce((p_incident->>'openings')::integer, 1);
  v_breaker constant jsonb := nullif(p_incident->'breaker', 'null');
  v_state text;
  v_open incidents;
begin
  select breaker->>'state' into v_state from breakers where tenant_id = v_tenant for update;
  select * into v_open from incidents where tenant_id = v_tenant and closed_at is null for update;
  -- A block by hand that ran out left its incident open: that one is over, this is a new runaway.
  if v_open.breaker_opened and coalesce(v_state, 'closed') not in ('open', 'halfOpen') then
    perform let_go(v_open.id, 'closed', 'service', v_now);
    update incidents set closed_at = v_now where id = v_open.id;
    perform end_alerts(v_tenant, null, v_now);
    v_open := null;
  end if;

  if v_open.id = v_id and v_openings = v_open.openings + 1 then
    update incidents
    set openings = v_openings, severity = p_incident->>'severity', evidence = p_incident->'evidence',
        alert_text = p_incident->>'alertText', breaker_opened = breaker_opened or v_breaker is not null
    where id = v_id;
  elsif v_open.id is null and v_openings = 1 then
    insert into incidents (id, tenant_id, rule, severity, opened_at, evidence, alert_text, breaker_opened)
    values (v_id, v_tenant, p_incident->>'rule', p_incident->>'severity', v_now,
            p_incident->'evidence', p_incident->>'alertText', v_breaker is not null)
    on conflict do nothing;
    -- Another one was opened meanwhile, or this one was and is over.
    if not found then
      select * into v_open from incidents where tenant_id = v_tenant and closed_at is null;
      return incident_in_the_way(v_open, v_state);
    end if;
  else
    return incident_in_the_way(v_open, v_state);
  end if;

  if v_breaker is not null then
    insert into breakers values (v_tenant, v_breaker, v_now)
    on conflict (tenant_id) do update set breaker = excluded.breaker, changed_at = excluded.changed_at;
  end if;
  insert into audit_entries (at, actor, event, tenant_id, incident_id, detail)
  values (v_now, 'detector:' || (p_incident->>'rule'),
          case when v_breaker is null then 'incident.opened' else 'breaker.opened' end, v_tenant, v_id,
          (p_incident->'evidence')
          || case when v_openings > 1 then jsonb_build_object('openings', v_openings) else '{}' end
          || case when jsonb_array_length(coalesce(p_incident->'skipped', '[]')) > 0
               then jsonb_build_object('stepsLeftOut', p_incident->'skipped') else '{}' end);
  perform add_actions(p_incident->'actions', v_now);
  perform alert_of_incident(v_id, coalesce(p_incident->'notifications', '[]'), v_now);
  perform enqueue_event(p_event, v_now);

  return jsonb_build_object('opened', true, 'incidentId', v_id);
end $$;

-- The answer of open_incident when another incident is open, or this one was opened before.
create function fuse.incident_in_the_way(p_open fuse.incidents, p_breaker_state text) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select jsonb_build_object('opened', false, 'incidentId', p_open.id, 'existing', case when p_open.id is not null then
    jsonb_build_object(
      'severity', p_open.severity, 'breakerOpened', p_open.breaker_opened,
      'breakerState', coalesce(p_breaker_state, 'closed'), 'openings', p_open.openings,
      'nextSequence', 1 + coalesce((select max(sequence) from notifications where subject_id = p_open.id), 0)) end)
$$;

-- Sets a tenant's breaker. Setting it to closed ends the tenant's open incident, whatever held the breaker last, and tells
-- subscribers (breaker.closed) and whoever was alerted; half-open lets the tenant go on trial (breaker.halfOpened).
-- Letting go also ends what the service itself restrains: at half-open the block and `queueOnly`, since nothing could be
-- tried with them, at closed `throttle` too. Steps that nobody has begun are withdrawn, and once the incident is over
-- nobody is asked for an approval any more. What vendors did stays until somebody undoes it.
-- p_breaker: the new state; p_audit: {actor, event, detail, name?}, name being what people call the actor. Result: {closedIncidentId or null}.
create or replace function fuse.set_breaker(p_tenant_id text, p_breaker jsonb, p_audit jsonb, p_now timestamptz)
returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_state constant text := p_breaker->>'state';
  v_incident text;
begin
  insert into breakers values (p_tenant_id, p_breaker, p_now)
  on conflict (tenant_id) do update set breaker = excluded.breaker, changed_at = excluded.changed_at;

  if v_state in ('closed', 'halfOpen') then
    select id into v_incident from incidents where tenant_id = p_tenant_id and closed_at is null for update;
  end if;
  if v_incident is not null then
    perform let_go(v_incident, v_state, p_audit->>'actor', p_now);
  end if;
  if v_state = 'closed' then
    update incidents set closed_at = p_now where id = v_incident;
    perform end_alerts(p_tenant_id, coalesce(p_audit->>'name', nullif(p_audit->>'actor', 'service')), p_now);
  end if;
  insert into audit_entries (at, actor, event, tenant_id, incident_id, detail)
  values (p_now, p_audit->>'actor', p_audit->>'event', p_tenant_id, v_incident, p_audit->'detail');
  if v_incident is not null then
    perform enqueue_event(jsonb_build_object(
      'eventId', case v_state when 'closed' then 'closed:' || v_incident
        else 'halfOpened:' || v_incident || ':' || epoch_ms(p_now) end,
      'type', 'breaker.' || case v_state when 'closed' then 'closed' else 'halfOpened' end, 'tenantId', p_tenant_id,
      'body', jsonb_build_object(
        'type', 'breaker.' || case v_state when 'closed' then 'closed' else 'halfOpened' end,
        'timestamp', to_char(p_now at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'data', jsonb_build_object('incidentId', v_incident, 'tenantId', p_tenant_id, 'actor', p_audit->>'actor')
      )::text), p_now);
  end if;

  return jsonb_build_object('closedIncidentId', case v_state when 'closed' then v_incident end);
end $$;

-- What becomes of an incident's steps when its tenant is let go, see set_breaker. No result.
create function fuse.let_go(p_incident_id text, p_state text, p_actor text, p_now timestamptz) returns void
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_closed constant boolean := p_state = 'closed';
begin
  with over as (
    -- The block is over with the breaker, and what nobody has begun.
    update actions
    set state = 'undone', direction = 'undo', sequence = sequence + 1, attempts_before = attempt,
        outcome = case state when 'done' then 'applied' else 'already' end, due_at = null, claimed_until = null,
        ends_at = null, decided_by = p_actor, reported_at = p_now, revision = revision + 1
    where incident_id = p_incident_id and direction = 'apply'
      and (state = 'done' and vendor = 'llm-fuse' and action = 'block'
        or state = 'requested' and not was_claimed and reported_at is null)
    returning *
  ), lifted as (
    -- The service looks for what is requested of it, and lifts these.
    update actions
    set state = 'requested', direction = 'undo', sequence = sequence + 1, attempts_before = attempt, outcome = null,
        detail = null, due_at = p_now, claimed_until = null, was_claimed = false, ends_at = null, decided_by = p_actor,
        requested_at = null, verified_at = null, reported_at = null, revision = revision + 1
    where incident_id = p_incident_id and direction = 'apply' and vendor = 'llm-fuse'
      and (action = 'queueOnly' or v_closed and action = 'throttle')
      and (state in ('done', 'failed') or state = 'requested' and (was_claimed or reported_at is not null))
    returning *
  ), lapsed as (
    update actions
    set state = 'declined', decided_by = 'end of the incident', revision = revision + 1
    where incident_id = p_incident_id and v_closed and state = 'awaitingApproval'
    returning *
  ), changed as (
    select *, 'action.undone' as event from over
    union all select *, 'action.undoRequested' from lifted
    union all select *, 'action.declined' from lapsed
  )
  insert into audit_entries (at, actor, event, tenant_id, incident_id, subject_id, detail)
  select p_now, p_actor, event, tenant_id, incident_id, id, jsonb_build_object(
    'action', action, 'vendor', vendor, 'targetId', target_id, 'because', 'breaker.' || p_state)
  from changed order by position;
end $$;

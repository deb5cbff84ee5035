-- Hands a containment step out: puts `action.requested` with its present attempt into the outbox, for whoever does it.
-- Result: number of subscribers.
create function fuse.request_action(p_id text, p_now timestamptz) returns integer
language sql set search_path = fuse, extensions, pg_temp as $$
  select enqueue_event(jsonb_build_object(
    'eventId', a.id || ':' || a.attempt, 'type', 'action.requested', 'tenantId', a.tenant_id,
    'body', jsonb_build_object(
      'type', 'action.requested',
      'timestamp', to_char(p_now at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'data', jsonb_build_object(
        'actionId', a.id, 'incidentId', a.incident_id, 'tenantId', a.tenant_id, 'action', a.action,
        'vendor', a.vendor, 'targetId', a.target_id, 'direction', a.direction, 'sequence', a.sequence,
        'attempt', a.attempt, 'settings', a.settings, 'restore', a.restore, 'reversible', a.reversible,
        'severity', i.severity, 'rule', i.rule))::text), p_now)
  from actions a join incidents i on i.id = a.incident_id where a.id = p_id
$$;

-- One incident as the API shows it, with the actions reported so far. Null when there is none.
create function fuse.incident_document(p_id text) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select jsonb_build_object(
    'incidentId', i.id, 'tenantId', i.tenant_id, 'rule', i.rule, 'severity', i.severity,
    'openedAt', i.opened_at, 'closedAt', i.closed_at, 'evidence', i.evidence, 'alertText', i.alert_text,
    'actions', coalesce((
      select jsonb_agg(jsonb_build_object(
        'action', a.action, 'vendor', a.vendor, 'targetId', a.target_id, 'outcome', a.outcome,
        'detail', a.detail, 'restore', a.restore, 'reportedAt', a.reported_at) order by a.reported_at)
      from incident_actions a where a.incident_id = i.id), '[]'))
  from incidents i where i.id = p_id
$$;

-- One incident as the API shows it, with its containment steps in the order of the ladder. `breakerOpened` false: it
-- restrains its tenant without having opened the breaker. Null when there is none.
create or replace function fuse.incident_document(p_id text) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select jsonb_build_object(
    'incidentId', i.id, 'tenantId', i.tenant_id, 'rule', i.rule, 'severity', i.severity,
    'openedAt', i.opened_at, 'closedAt', i.closed_at, 'openings', i.openings, 'breakerOpened', i.breaker_opened,
    'evidence', i.evidence, 'alertText', i.alert_text,
    'actions', coalesce((
      select jsonb_agg(jsonb_build_object(
        'actionId', a.id, 'action', a.action, 'vendor', a.vendor, 'targetId', a.target_id, 'state', a.state,
        'direction', a.direction, 'sequence', a.sequence, 'reversible', a.reversible,
        'outcome', case a.state when 'failed' then 'failed' else a.outcome end,
        'detail', a.detail, 'restore', a.restore, 'requestedAt', a.requested_at, 'appliedAt', a.applied_at,
        'verifiedAt', a.verified_at, 'reportedAt', a.reported_at) order by a.position, a.created_at, a.id)
      from actions a where a.incident_id = i.id), '[]'))
  from incidents i where i.id = p_id
$$;

-- An instant as the service counts it.
create function fuse.epoch_ms(p_at timestamptz) returns bigint
language sql immutable parallel safe set search_path = fuse, extensions, pg_temp as $$
  select (extract(epoch from p_at) * 1000)::bigint
$$;

-- And back.
create function fuse.at_epoch_ms(p_ms jsonb) returns timestamptz
language sql immutable parallel safe set search_path = fuse, extensions, pg_temp as $$
  select case when jsonb_typeof(p_ms) = 'number'
    then timestamptz 'epoch' + (p_ms #>> '{}')::double precision * interval '1 millisecond' end
$$;

-- A containment step as the service reads it; times in epoch ms. `revision` has to be named by who changes it.
create function fuse.action_document(p_action fuse.actions) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select jsonb_build_object(
    'id', p_action.id, 'incidentId', p_action.incident_id, 'tenantId', p_action.tenant_id, 'action', p_action.action,
    'vendor', p_action.vendor, 'targetId', p_action.target_id, 'position', p_action.position,
    'reversible', p_action.reversible, 'settings', p_action.settings, 'severity', i.severity, 'rule', i.rule,
    'direction', p_action.direction, 'sequence', p_action.sequence, 'state', p_action.state, 'outcome', p_action.outcome,
    'detail', p_action.detail, 'restore', p_action.restore, 'attempt', p_action.attempt,
    'attemptsBefore', p_action.attempts_before, 'failedAttempt', p_action.failed_attempt,
    'wasClaimed', p_action.was_claimed, 'decidedBy', p_action.decided_by,
    'dueAt', epoch_ms(p_action.due_at), 'claimedUntil', epoch_ms(p_action.claimed_until),
    'createdAt', epoch_ms(p_action.created_at), 'requestedAt', epoch_ms(p_action.requested_at),
    'appliedAt', epoch_ms(p_action.applied_at), 'verifiedAt', epoch_ms(p_action.verified_at),
    'reportedAt', epoch_ms(p_action.reported_at), 'endsAt', epoch_ms(p_action.ends_at),
    'revision', p_action.revision)
  from incidents i where i.id = p_action.incident_id
$$;

-- Changes a containment step, if nobody did since it was read: p_next is the step as it is to be, its `revision` the one
-- that was read. p_hand_out: whoever does it is told, see request_action. p_audit: {actor, event, detail}; null: none.
-- Result: {changed}.
create function fuse.change_action(p_next jsonb, p_hand_out boolean, p_audit jsonb, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_action actions;
begin
  update actions
  set direction = p_next->>'direction', sequence = (p_next->>'sequence')::integer, state = p_next->>'state',
      outcome = p_next->>'outcome', detail = p_next->>'detail', restore = nullif(p_next->'restore', 'null'),
      attempt = (p_next->>'attempt')::integer, attempts_before = (p_next->>'attemptsBefore')::integer,
      failed_attempt = (p_next->>'failedAttempt')::integer, was_claimed = (p_next->>'wasClaimed')::boolean, decided_by = p_next->>'decidedBy',
      due_at = at_epoch_ms(p_next->'dueAt'), claimed_until = at_epoch_ms(p_next->'claimedUntil'),
      requested_at = at_epoch_ms(p_next->'requestedAt'), applied_at = at_epoch_ms(p_next->'appliedAt'),
      verified_at = at_epoch_ms(p_next->'verifiedAt'), reported_at = at_epoch_ms(p_next->'reportedAt'),
      dead_told = dead_told and p_next->>'state' = 'failed', ends_at = at_epoch_ms(p_next->'endsAt'),
      revision = revision + 1
  where id = p_next->>'id' and revision = (p_next->>'revision')::integer
  returning * into v_action;
  if not found then
    return jsonb_build_object('changed', false);
  end if;

  if p_hand_out then
    perform request_action(v_action.id, p_now);
  end if;
  if p_audit is not null then
    insert into audit_entries (at, actor, event, tenant_id, incident_id, subject_id, detail)
    values (p_now, p_audit->>'actor', p_audit->>'event', v_action.tenant_id, v_action.incident_id, v_action.id,
            p_audit->'detail');
  end if;

  return jsonb_build_object('changed', true);
end $$;

-- Operations know of this dead step. Result: {noted}.
create function fuse.dead_action_told(p_id text) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
begin
  update actions set dead_told = true where id = p_id and state = 'failed';

  return jsonb_build_object('noted', found);
end $$;

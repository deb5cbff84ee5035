-- Takes a waiting call out of the queue; it is told p_answer, a rejection. p_tenant_id: only if it is this tenant's
-- (null: any).
-- Result: {outcome: 'cancelled', 'notWaiting' or 'unknown'}.
create function fuse.cancel_call(
  p_id text, p_tenant_id text, p_answer jsonb, p_actor text, p_now timestamptz
) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_call queued_calls := lock_call(p_id, p_tenant_id);
begin
  if v_call.state is distinct from 'waiting' then
    return jsonb_build_object('outcome', case when v_call.id is null then 'unknown' else 'notWaiting' end);
  end if;

  update queued_calls
  set state = 'releasing', outcome = 'cancelled', answer = p_answer, blocked_by = '{}',
      claimed_by = null, claimed_until = null, next_try_at = p_now, decided_at = p_now
  where id = p_id;
  insert into audit_entries (at, actor, event, tenant_id, detail)
  values (p_now, p_actor, 'queue.cancelled', v_call.tenant_id, jsonb_build_object('queueId', p_id, 'lane', v_call.lane));

  return jsonb_build_object('outcome', 'cancelled');
end $$;

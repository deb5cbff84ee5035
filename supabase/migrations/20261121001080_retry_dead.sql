-- Gives a dead letter another chance. A rejection is delivered again. A call that was allowed has lost its hold: it waits
-- again, in its old place, as long as it was ready to wait at first.
-- p_tenant_id: only if it is this tenant's (null: any). Result: {outcome: 'retried', 'notDead' or 'unknown'}.
create function fuse.retry_dead(p_id text, p_tenant_id text, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_call queued_calls := lock_call(p_id, p_tenant_id);
  v_allowed constant boolean := v_call.outcome = 'allowed';
begin
  if v_call.state is distinct from 'dead' then
    return jsonb_build_object('outcome', case when v_call.id is null then 'unknown' else 'notDead' end);
  end if;

  update queued_calls
  set state = case when v_allowed then 'waiting' else 'releasing' end,
      outcome = case when v_allowed then null else outcome end,
      answer = case when v_allowed then null else answer end,
      reservation_id = null, may_hold = may_hold and not v_allowed,
      generation = generation + v_allowed::integer,
      deadline_at = case when v_allowed then p_now + (deadline_at - parked_at) else deadline_at end,
      decided_at = case when v_allowed then null else p_now end,
      may_have_arrived = may_have_arrived and not v_allowed,
      attempts = 0, next_try_at = p_now, finished_at = null
  where id = p_id;
  insert into audit_entries (at, actor, event, tenant_id, detail)
  values (p_now, p_actor, 'deadLetter.retried', v_call.tenant_id, jsonb_build_object(
    'queueId', p_id, 'outcome', v_call.outcome));

  return jsonb_build_object('outcome', 'retried');
end $$;

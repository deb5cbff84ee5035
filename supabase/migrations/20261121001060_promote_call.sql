-- Moves a waiting call to another lane, keeping its time of waiting, or (p_lane null) before all others.
-- p_ahead_ms: the head start the lane gives to others. p_tenant_id: only if it is this tenant's (null: any).
-- Result: {outcome: 'promoted', 'notWaiting' or 'unknown'}.
create function fuse.promote_call(
  p_id text, p_tenant_id text, p_lane text, p_ahead_ms integer, p_actor text, p_now timestamptz
) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_call queued_calls := lock_call(p_id, p_tenant_id);
begin
  if v_call.state is distinct from 'waiting' then
    return jsonb_build_object('outcome', case when v_call.id is null then 'unknown' else 'notWaiting' end);
  end if;

  update queued_calls
  set lane = coalesce(p_lane, lane), next_try_at = p_now, rank_at = case
    when p_lane is null
    then (select min(rank_at) from queued_calls where state = 'waiting') - interval '1 millisecond'
    else parked_at + make_interval(secs => p_ahead_ms / 1000.0) end
  where id = p_id;
  insert into audit_entries (at, actor, event, tenant_id, detail)
  values (p_now, p_actor, 'queue.promoted', v_call.tenant_id, jsonb_build_object(
    'queueId', p_id, 'from', v_call.lane, 'to', coalesce(p_lane, 'front')));

  return jsonb_build_object('outcome', 'promoted');
end $$;

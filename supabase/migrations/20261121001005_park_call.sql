-- Parks a call. Parked under the same id before, it stays as it is.
-- p_call: {id, tenantId, lane, ask, resumeUrl, shownUrl, keyId, parkedAt, rankAt, deadlineAt, nextTryAt (ISO), blockedBy}.
-- Result: {parked, tenantId, lane, deadlineAt (epoch ms)}: of the call that has this id now.
create function fuse.park_call(p_call jsonb) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_parked boolean;
  v_call queued_calls;
begin
  insert into queued_calls (
    id, tenant_id, lane, ask, resume_url, shown_url, key_id, parked_at, rank_at, deadline_at, next_try_at, blocked_by)
  values (
    p_call->>'id', p_call->>'tenantId', p_call->>'lane', p_call->'ask', p_call->>'resumeUrl', p_call->>'shownUrl',
    p_call->>'keyId', (p_call->>'parkedAt')::timestamptz, (p_call->>'rankAt')::timestamptz,
    (p_call->>'deadlineAt')::timestamptz, (p_call->>'nextTryAt')::timestamptz,
    array(select jsonb_array_elements_text(p_call->'blockedBy')))
  on conflict (id) do nothing;
  v_parked := found;
  select * into v_call from queued_calls where id = p_call->>'id';

  return jsonb_build_object(
    'parked', v_parked, 'tenantId', v_call.tenant_id, 'lane', v_call.lane,
    'deadlineAt', (extract(epoch from v_call.deadline_at) * 1000)::bigint);
end $$;

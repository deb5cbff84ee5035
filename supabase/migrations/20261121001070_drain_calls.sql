-- Takes all waiting calls out of the queue, of one tenant and one lane (null: of all); each is told p_answer, a rejection.
-- Result: {drained}: how many.
create function fuse.drain_calls(
  p_tenant_id text, p_lane text, p_answer jsonb, p_actor text, p_now timestamptz
) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_drained integer;
begin
  with waiting as (
    select id from queued_calls
    where state = 'waiting' and (p_tenant_id is null or tenant_id = p_tenant_id) and (p_lane is null or lane = p_lane)
    order by id for update
  )
  update queued_calls q
  set state = 'releasing', outcome = 'drained', answer = p_answer, blocked_by = '{}',
      claimed_by = null, claimed_until = null, next_try_at = p_now, decided_at = p_now
  from waiting where q.id = waiting.id;
  get diagnostics v_drained = row_count;
  insert into audit_entries (at, actor, event, tenant_id, detail)
  values (p_now, p_actor, 'queue.drained', p_tenant_id, jsonb_build_object('lane', p_lane, 'drained', v_drained));

  return jsonb_build_object('drained', v_drained);
end $$;

-- Removes a dead letter. p_tenant_id: only if it is this tenant's (null: any).
-- Result: {outcome: 'deleted', 'notDead' or 'unknown'}.
create function fuse.delete_dead(p_id text, p_tenant_id text, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_call queued_calls := lock_call(p_id, p_tenant_id);
begin
  if v_call.state is distinct from 'dead' then
    return jsonb_build_object('outcome', case when v_call.id is null then 'unknown' else 'notDead' end);
  end if;

  delete from queued_calls where id = p_id;
  insert into audit_entries (at, actor, event, tenant_id, detail)
  values (p_now, p_actor, 'deadLetter.deleted', v_call.tenant_id, jsonb_build_object(
    'queueId', p_id, 'outcome', v_call.outcome, 'lastError', v_call.last_error));

  return jsonb_build_object('outcome', 'deleted');
end $$;

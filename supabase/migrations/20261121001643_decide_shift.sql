-- Answers the open question whether a tenant has a new normal, with an audit entry.
-- p_decision: accepted (a person said yes), automatic (nobody answered in time and it goes on), ended (it went away).
-- Result: {decided: false} when no question is open, else {decided: true, startedAt (epoch ms)}.
create function fuse.decide_shift(p_tenant_id text, p_decision text, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_started timestamptz;
begin
  update baseline_shifts set decision = p_decision, decided_at = p_now, decided_by = p_actor
  where tenant_id = p_tenant_id and decision is null
  returning started_at into v_started;
  if v_started is null then
    return jsonb_build_object('decided', false);
  end if;
  insert into audit_entries (at, actor, event, tenant_id, detail)
  values (p_now, p_actor, 'baseline.shiftDecided', p_tenant_id,
    jsonb_build_object('decision', p_decision, 'startedAt', v_started));

  return jsonb_build_object('decided', true, 'startedAt', (extract(epoch from v_started) * 1000)::bigint);
end $$;

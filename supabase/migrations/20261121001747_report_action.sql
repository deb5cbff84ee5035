-- Records what a containment workflow did at a vendor without having been asked; a repeated report replaces the earlier
-- one. One that was asked for is done by it; that it failed is only noted then, whoever was asked still tries. One that is
-- being undone goes on being undone; one that was is done anew.
-- p_action: {action, vendor, targetId, outcome, detail?, restore?}. p_tenant_id: only an incident of this tenant (null: any).
-- Result: {found, created}.
create or replace function fuse.report_action(
  p_incident_id text, p_tenant_id text, p_action jsonb, p_actor text, p_now timestamptz
) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_tenant text;
  v_id text;
  v_created boolean;
  v_failed constant boolean := p_action->>'outcome' = 'failed';
begin
  select tenant_id into v_tenant from incidents
  where id = p_incident_id and (p_tenant_id is null or tenant_id = p_tenant_id);
  if not found then
    return jsonb_build_object('found', false, 'created', false);
  end if;

  insert into actions as a (
    id, incident_id, tenant_id, action, vendor, target_id, position, reversible, settings, direction, sequence, state,
    outcome, detail, restore, attempt, was_claimed, created_at, requested_at, applied_at, reported_at, dead_told)
  values (
    'act_' || left(replace(gen_random_uuid()::text, '-', ''), 20), p_incident_id, v_tenant, p_action->>'action',
    p_action->>'vendor', p_action->>'targetId', 0, p_action->'restore' is not null, '{}', 'apply', 1,
    case when v_failed then 'failed' else 'done' end, case when not v_failed then p_action->>'outcome' end,
    p_action->>'detail', p_action->'restore', 1, true, p_now, p_now,
    case p_action->>'outcome' when 'applied' then p_now end, p_now, true)
  on conflict (incident_id, action, vendor, target_id) do update
  set state = case when a.state = 'requested' and (v_failed or a.direction = 'undo') then a.state else excluded.state end,
      due_at = case when v_failed or a.direction = 'undo' then a.due_at end,
      direction = case a.state when 'requested' then a.direction else 'apply' end,
      sequence = a.sequence + (a.state <> 'requested' and a.direction = 'undo')::integer,
      attempts_before = case when a.state <> 'requested' and a.direction = 'undo' then a.attempt else a.attempts_before end,
      outcome = case when a.state = 'requested' and a.direction = 'undo' then a.outcome else excluded.outcome end,
      detail = excluded.detail, dead_told = true,
      restore = coalesce(excluded.restore, a.restore), reversible = a.reversible or excluded.reversible,
      applied_at = coalesce(excluded.applied_at, a.applied_at), reported_at = excluded.reported_at,
      was_claimed = true, revision = a.revision + 1
  returning id, revision = 1 into v_id, v_created;
  insert into audit_entries (at, actor, event, tenant_id, incident_id, subject_id, detail)
  values (p_now, p_actor, 'action.reported', v_tenant, p_incident_id, v_id, p_action);

  return jsonb_build_object('found', true, 'created', v_created);
end $$;

-- Records what a containment workflow did at a vendor; a repeated report replaces the earlier one.
-- p_action: {action, vendor, targetId, outcome, detail?, restore?}. p_tenant_id: only an incident of this tenant (null: any).
-- Result: {found, created}.
create function fuse.report_action(
  p_incident_id text, p_tenant_id text, p_action jsonb, p_actor text, p_now timestamptz
) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_tenant text;
  v_created boolean;
begin
  select tenant_id into v_tenant from incidents
  where id = p_incident_id and (p_tenant_id is null or tenant_id = p_tenant_id);
  if not found then
    return jsonb_build_object('found', false, 'created', false);
  end if;

  insert into incident_actions values (
    p_incident_id, p_action->>'action', p_action->>'vendor', p_action->>'targetId', p_action->>'outcome',
    p_action->>'detail', p_action->'restore', p_now)
  on conflict (incident_id, action, vendor, target_id) do update
  set outcome = excluded.outcome, detail = excluded.detail,
      restore = coalesce(excluded.restore, incident_actions.restore), reported_at = excluded.reported_at
  returning xmax = 0 into v_created;
  insert into audit_entries (at, actor, event, tenant_id, incident_id, detail)
  values (p_now, p_actor, 'action.reported', v_tenant, p_incident_id, p_action);

  return jsonb_build_object('found', true, 'created', v_created);
end $$;

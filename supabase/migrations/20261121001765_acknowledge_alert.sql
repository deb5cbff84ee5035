-- Somebody takes care of an alert: it is not told again until it gets more severe, and everybody who was told of it is told
-- who it is. p_tenant_id: only if it is this tenant's (null: any). p_name: how people call who did it.
-- Result: {outcome: acknowledged, already, resolved or unknown; tenantId, acknowledgedBy, acknowledgedAt, resolvedAt}.
create function fuse.acknowledge_alert(
  p_id text, p_tenant_id text, p_actor text, p_name text, p_now timestamptz
) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_alert alerts;
  v_outcome text;
begin
  select * into v_alert from alerts where id = p_id and (p_tenant_id is null or tenant_id = p_tenant_id) for update;
  if not found then
    return jsonb_build_object('outcome', 'unknown');
  end if;
  v_outcome := case v_alert.state when 'firing' then 'acknowledged' when 'acknowledged' then 'already' else 'resolved' end;
  if v_outcome = 'acknowledged' then
    update alerts set state = 'acknowledged', acknowledged_at = p_now, acknowledged_by = p_name, changed_at = p_now
    where id = p_id;
    insert into audit_entries (at, actor, event, tenant_id, incident_id, subject_id, detail)
    values (p_now, p_actor, 'alert.acknowledged', v_alert.tenant_id,
      case v_alert.part when 'incident' then p_id end, p_id, jsonb_build_object('rule', v_alert.rule, 'by', p_name));
    perform follow_up(p_id, 'acknowledged', 'Acknowledged by ' || p_name || ' at ' || utc_minute(p_now), p_now);
    select * into v_alert from alerts where id = p_id;
  end if;

  return jsonb_build_object(
    'outcome', v_outcome, 'tenantId', v_alert.tenant_id, 'acknowledgedBy', v_alert.acknowledged_by,
    'acknowledgedAt', v_alert.acknowledged_at, 'resolvedAt', v_alert.resolved_at);
end $$;

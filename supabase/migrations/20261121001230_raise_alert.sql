-- Records one notification of an alert, with its audit entry and outbox rows. A repeated one adds nothing.
-- What is wrong with the service itself is an alert whose rule is the type of its event.
-- p_alert: {tenantId, rule, openedAt, sequence, severity, strength, notifiedAt, evidence, alertText} (ISO times).
-- Result: {raised}.
create or replace function fuse.raise_alert(p_alert jsonb, p_event jsonb) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_now timestamptz := (p_alert->>'notifiedAt')::timestamptz;
  v_added integer;
begin
  insert into alerts values (
    p_alert->>'tenantId', p_alert->>'rule', (p_alert->>'openedAt')::timestamptz, (p_alert->>'sequence')::integer,
    p_alert->>'severity', (p_alert->>'strength')::double precision, v_now, p_alert->'evidence', p_alert->>'alertText')
  on conflict do nothing;
  get diagnostics v_added = row_count;
  if v_added = 0 then
    return jsonb_build_object('raised', false);
  end if;

  insert into audit_entries (at, actor, event, tenant_id, detail)
  values (
    v_now,
    case when p_event->>'type' = p_alert->>'rule' then 'service' else 'detector:' || (p_alert->>'rule') end,
    p_event->>'type', p_alert->>'tenantId', p_alert->'evidence');
  perform enqueue_event(p_event, v_now);

  return jsonb_build_object('raised', true);
end $$;

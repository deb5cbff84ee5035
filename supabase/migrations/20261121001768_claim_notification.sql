-- Takes the present attempt of a message for two minutes, so that of several workflows one posts it.
-- p_tenant_id: only if it is this tenant's (null: any).
-- Result: {outcome: 'granted', notification: notification_data}, or {outcome}: 'unknown'; 'notRequested': it was sent, given
-- up or is wanted no more; 'outdated': this attempt is not the present one; 'claimed': somebody is at it.
create function fuse.claim_notification(
  p_id text, p_attempt integer, p_tenant_id text, p_actor text, p_now timestamptz
) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_one notifications;
  v_refused text;
begin
  select * into v_one from notifications where id = p_id and (p_tenant_id is null or tenant_id = p_tenant_id) for update;
  v_refused := case
    when v_one.id is null then 'unknown'
    when v_one.state <> 'requested' then 'notRequested'
    when v_one.attempt <> p_attempt then 'outdated'
    when v_one.claimed_until > p_now then 'claimed'
    when v_one.failed_attempt = p_attempt then 'outdated'
  end;
  if v_refused is not null then
    return jsonb_build_object('outcome', v_refused);
  end if;

  update notifications
  set may_have_arrived = may_have_arrived or claimed_until is not null,
      claimed_until = p_now + interval '2 minutes', due_at = greatest(due_at, p_now + interval '2 minutes')
  where id = p_id
  returning * into v_one;
  insert into audit_entries (at, actor, event, tenant_id, incident_id, subject_id, detail)
  values (p_now, p_actor, 'notification.claimed', v_one.tenant_id,
    case when v_one.subject_id like 'inc\_%' then v_one.subject_id end, p_id, jsonb_build_object(
    'channel', v_one.channel, 'kind', v_one.kind, 'attempt', p_attempt));

  return jsonb_build_object('outcome', 'granted', 'notification', notification_data(v_one));
end $$;

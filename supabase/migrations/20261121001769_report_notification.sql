-- Notes how an attempt to post a message ended. The same report again changes nothing. One of an older attempt that says it
-- was sent is believed: it happened. A failed one is handed out again after 30 s, doubling up to 10 minutes, or after
-- retryAfterMs; it is dead after eight attempts, or at once when it is final.
-- p_report: {attempt, outcome: sent or failed, external, error, answered (the channel said no, so it did not post),
-- retryAfterMs, final}. p_tenant_id: only if it is this tenant's (null: any).
-- Result: {outcome: recorded, known (nothing changed), neverHandedOut (an attempt of the future) or unknown; notification:
-- notification_document, null when unknown}.
create function fuse.report_notification(
  p_id text, p_report jsonb, p_tenant_id text, p_actor text, p_now timestamptz
) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_one notifications;
  v_attempt constant integer := (p_report->>'attempt')::integer;
  v_backoff interval;
begin
  select * into v_one from notifications where id = p_id and (p_tenant_id is null or tenant_id = p_tenant_id) for update;
  if not found then
    return jsonb_build_object('outcome', 'unknown', 'notification', null);
  end if;

  if v_attempt > v_one.attempt then
    return jsonb_build_object('outcome', 'neverHandedOut', 'notification', notification_document(v_one));
  end if;

  if p_report->>'outcome' = 'sent' then
    if v_one.state = 'sent' then
      return jsonb_build_object('outcome', 'known', 'notification', notification_document(v_one));
    end if;
    update notifications
    set state = 'sent', sent_at = p_now, external = nullif(p_report->'external', 'null'), error = null, due_at = null,
        claimed_until = null
    where id = p_id;
  else
    if v_one.state <> 'requested' or v_attempt <> v_one.attempt or v_attempt = v_one.failed_attempt then
      return jsonb_build_object('outcome', 'known', 'notification', notification_document(v_one));
    end if;
    v_backoff := coalesce(
      make_interval(secs => (p_report->>'retryAfterMs')::double precision / 1000),
      least(interval '30 seconds' * power(2, v_attempt - v_one.first_attempt), interval '10 minutes'));
    update notifications
    set failed_attempt = v_attempt, claimed_until = null, error = p_report->>'error', due_at = p_now + v_backoff,
        may_have_arrived = may_have_arrived or not coalesce((p_report->>'answered')::boolean, false)
    where id = p_id;
    if coalesce((p_report->>'final')::boolean, false) or v_attempt - v_one.first_attempt >= 7 then
      update notifications set state = 'failed', due_at = null where id = p_id;
    end if;
  end if;
  perform next_notification(p_id, p_now);
  select * into v_one from notifications where id = p_id;
  insert into audit_entries (at, actor, event, tenant_id, incident_id, subject_id, detail)
  values (p_now, p_actor,
    case when v_one.state = 'sent' then 'notification.sent' when v_one.state = 'failed' then 'notification.failed'
      else 'notification.attemptFailed' end, v_one.tenant_id,
    case when v_one.subject_id like 'inc\_%' then v_one.subject_id end, p_id, jsonb_build_object(
    'channel', v_one.channel, 'kind', v_one.kind, 'attempt', v_attempt, 'error', v_one.error));

  return jsonb_build_object('outcome', 'recorded', 'notification', notification_document(v_one));
end $$;

-- Hands out the message that waited for this one, if it has ended and one did. No result.
create function fuse.next_notification(p_id text, p_now timestamptz) returns void
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_next text;
begin
  select n.id into v_next
  from notifications n join notifications e
    on n.subject_id = e.subject_id and n.rule = e.rule and n.channel = e.channel and n.sequence > e.sequence
  where e.id = p_id and e.state <> 'requested' and n.state = 'requested' and n.attempt = 0
  order by n.sequence limit 1
  for update of n;
  if found then
    perform hand_out_notification(v_next, p_now);
    -- One that is wanted no more lets the one behind it go.
    perform next_notification(v_next, p_now);
  end if;
end $$;

-- A message as it is listed.
create function fuse.notification_document(p_one fuse.notifications) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select jsonb_build_object(
    'notificationId', p_one.id, 'subjectId', p_one.subject_id, 'tenantId', p_one.tenant_id, 'rule', p_one.rule,
    'severity', p_one.severity, 'channel', p_one.channel, 'kind', p_one.kind, 'sequence', p_one.sequence,
    'state', p_one.state, 'attempt', p_one.attempt, 'note', p_one.note, 'alertText', p_one.alert_text,
    'external', p_one.external, 'error', p_one.error, 'createdAt', p_one.created_at, 'dueAt', p_one.due_at,
    'sentAt', p_one.sent_at)
$$;

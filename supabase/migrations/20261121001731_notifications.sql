-- Messages to people, one for each (subject, rule, channel, sequence), and the messages of the outbox that carry them.
-- `external`: what the channel calls the posted message ({ts, channel} of Slack, {messageId, chatId} of Telegram), by
-- which a later one changes it. `due_at`: when it is handed out again unless somebody reports before. `attempt` 0: it
-- waits for an earlier message of its subject in this channel. Dead after eight attempts from `first_attempt` on.
-- `may_have_arrived`: somebody took an attempt and never said how it ended.

create table fuse.notifications (
  id text primary key,
  subject_id text not null,
  tenant_id text not null,
  rule text not null,
  severity text not null,
  channel text not null check (channel in ('slack', 'telegram', 'email', 'pagerduty')),
  kind text not null check (kind in ('firing', 'acknowledged', 'resolved')),
  sequence integer not null,
  alert_text text not null,
  note text,
  buttons jsonb not null,
  state text not null check (state in ('requested', 'sent', 'skipped', 'failed')),
  attempt integer not null,
  first_attempt integer not null default 1,
  failed_attempt integer not null default 0,
  due_at timestamptz,
  claimed_until timestamptz,
  may_have_arrived boolean not null default false,
  external jsonb,
  error text,
  dead_told boolean not null default false,
  created_at timestamptz not null,
  sent_at timestamptz,
  unique (subject_id, rule, channel, sequence)
);
create index notifications_due on fuse.notifications (due_at) where state = 'requested';
create index notifications_dead on fuse.notifications (created_at) where state = 'failed';
create index notifications_by_time on fuse.notifications (created_at, id);
create index notifications_by_tenant on fuse.notifications (tenant_id, created_at, id);

-- Adds messages to people and hands them out, within the caller's transaction. p_notifications: [PlannedNotification, …];
-- one that exists adds nothing.
-- Result: number of messages added.
create function fuse.add_notifications(p_notifications jsonb, p_now timestamptz) returns integer
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_one jsonb;
  v_added integer := 0;
begin
  for v_one in select * from jsonb_array_elements(coalesce(p_notifications, '[]')) loop
    insert into notifications (
      id, subject_id, tenant_id, rule, severity, channel, kind, sequence, alert_text, note, buttons, state, attempt,
      due_at, created_at)
    values (
      v_one->>'id', v_one->>'subjectId', v_one->>'tenantId', v_one->>'rule', v_one->>'severity', v_one->>'channel',
      v_one->>'kind', (v_one->>'sequence')::integer, v_one->>'alertText', v_one->>'note', v_one->'buttons',
      'requested', 0, p_now, p_now)
    on conflict do nothing;
    continue when not found;
    v_added := v_added + 1;
    perform hand_out_notification(v_one->>'id', p_now);
  end loop;

  return v_added;
end $$;

-- Hands a message out, in the order of their numbers within one subject, rule and channel: what is to change a message
-- must not overtake it. One that waits for an earlier one is due again in 10 s. One nobody subscribed to is `skipped`;
-- so is one that tells of the end of what could not be posted. The caller holds the row.
-- Result: whether it is on its way now.
create function fuse.hand_out_notification(p_id text, p_now timestamptz) returns boolean
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_one notifications;
begin
  select * into v_one from notifications where id = p_id;
  if exists (
    select from notifications e
    where e.subject_id = v_one.subject_id and e.rule = v_one.rule and e.channel = v_one.channel
      and e.sequence < v_one.sequence and e.state = 'requested')
  then
    update notifications set due_at = p_now + interval '10 seconds' where id = p_id;
    return false;
  end if;

  if v_one.kind <> 'firing' and not exists (
    select from notifications e
    where e.subject_id = v_one.subject_id and e.rule = v_one.rule and e.channel = v_one.channel
      and e.kind = 'firing' and e.state = 'sent')
  then
    update notifications set state = 'skipped', due_at = null where id = p_id;
    return false;
  end if;

  update notifications
  set attempt = attempt + 1, claimed_until = null, due_at = p_now + interval '2 minutes'
  where id = p_id;
  if request_notification(p_id, p_now) = 0 then
    update notifications set state = 'skipped', due_at = null where id = p_id;
    return false;
  end if;

  return true;
end $$;

-- What a receiver needs to post a message. `posted`: what the first message of this subject and rule became in this
-- channel, null when none was posted.
create function fuse.notification_data(p_one fuse.notifications) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp as $$
begin
  return jsonb_build_object(
    'notificationId', p_one.id, 'subjectId', p_one.subject_id, 'tenantId', p_one.tenant_id, 'rule', p_one.rule,
    'severity', p_one.severity, 'channel', p_one.channel, 'kind', p_one.kind, 'sequence', p_one.sequence,
    'attempt', p_one.attempt, 'mayHaveArrived', p_one.may_have_arrived, 'alertText', p_one.alert_text,
    'note', p_one.note, 'buttons', p_one.buttons,
    'posted', (
      select f.external from notifications f
      where f.subject_id = p_one.subject_id and f.rule = p_one.rule and f.channel = p_one.channel
        and f.external is not null
      order by f.sequence limit 1));
end $$;

-- Puts the present attempt of a message into the outbox, as `notification.<channel>`. Result: number of subscribers.
create function fuse.request_notification(p_id text, p_now timestamptz) returns integer
language plpgsql set search_path = fuse, extensions, pg_temp as $$
begin
  return (
    select enqueue_event(jsonb_build_object(
      'eventId', n.id || ':' || n.attempt, 'type', 'notification.' || n.channel, 'tenantId', n.tenant_id,
      'body', jsonb_build_object(
        'type', 'notification.' || n.channel,
        'timestamp', to_char(p_now at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'data', notification_data(n))::text), p_now)
    from notifications n where n.id = p_id);
end $$;


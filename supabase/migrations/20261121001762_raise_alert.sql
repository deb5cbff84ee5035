-- Opens an alert, opens it again, or tells of it once more: the alert, its audit entry, outbox rows and messages to people
-- in one transaction. Two replicas that see the same do it once: the first message opens the alert unless one is live, each
-- later one follows the one before.
-- p_alert: {id, tenantId, rule, part, severity, ends, strength, openedAt, sequence, notifiedAt, evidence, alertText (ISO
-- times), muted, quietMs, endsRule, repeats}; one that nobody ended and that was not seen for quietMs and a minute is over. Muted: it
-- is kept, nobody is told. endsRule: what is live of this other rule and the same part is over.
-- p_event as enqueue_event, or null. p_notifications as add_notifications.
-- p_group: {tenants, withinMs}: when that many other tenants were told of by this rule within that time, people are not told
-- of this one, `grouped_alerts` has it; or null.
-- Result: {raised, grouped, alert: alert_state, of the one that is live when this one was not raised}.
drop function fuse.raise_alert(jsonb, jsonb);
-- A replica that was started before this migration says neither messages nor group, and of the alert no more than before.
create function fuse.raise_alert(
  p_alert jsonb, p_event jsonb, p_notifications jsonb default '[]', p_group jsonb default null
) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_now constant timestamptz := (p_alert->>'notifiedAt')::timestamptz;
  v_tenant constant text := p_alert->>'tenantId';
  v_rule constant text := p_alert->>'rule';
  v_part constant text := coalesce(p_alert->>'part', '');
  v_ends constant text := coalesce(p_alert->>'ends', 'silent');
  v_muted constant boolean := coalesce((p_alert->>'muted')::boolean, false);
  v_quiet constant interval := make_interval(secs => coalesce((p_alert->>'quietMs')::double precision, 900000) / 1000);
  v_id text := p_alert->>'id';
  v_alert alerts;
  v_grouped boolean := false;
begin
  -- One at a time for each rule, so that tenants are counted.
  perform pg_advisory_xact_lock(hashtextextended('fuse.alert ' || v_rule, 0));
  select * into v_alert from alerts
  where tenant_id = v_tenant and rule = v_rule and part = v_part and severity = p_alert->>'severity'
    and state <> 'resolved' and v_ends <> 'silent' and ends <> 'silent';
  if found and v_alert.id is distinct from v_id and v_alert.ends <> 'told'
    and v_alert.last_seen_at < v_now - v_quiet - interval '1 minute'
  then
    perform resolve_alert(v_alert.id, null, v_now);
    v_alert := null;
  end if;
  if v_id is null then
    select id into v_id from alerts
    where tenant_id = v_tenant and rule = v_rule and part = v_part and severity = p_alert->>'severity'
      and opened_at = (p_alert->>'openedAt')::timestamptz;
    v_id := coalesce(v_id, 'alr_' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 20));
  end if;

  if p_group is not null and not v_muted then
    v_grouped := (p_group->>'tenants')::integer <= (
      select count(distinct tenant_id) from alerts
      where rule = v_rule and part = '' and said = 'firing' and not grouped and tenant_id <> v_tenant
        and notified_at > v_now - make_interval(secs => (p_group->>'withinMs')::double precision / 1000));
  end if;

  if (p_alert->>'sequence')::integer = 1 then
    if v_alert.id is not null then
      return jsonb_build_object('raised', false, 'grouped', v_alert.grouped, 'alert', alert_state(v_alert));
    end if;
    insert into alerts values (
      v_id, v_tenant, v_rule, v_part, p_alert->>'severity', 'firing', v_ends,
      (p_alert->>'openedAt')::timestamptz, v_now, case when not v_muted then v_now end,
      case when not v_muted then 'firing' end, (p_alert->>'strength')::double precision, 1, null, null,
      null, coalesce((p_alert->>'repeats')::boolean, true), v_grouped, false, p_alert->'evidence', p_alert->>'alertText', v_now)
    on conflict do nothing
    returning * into v_alert;
  else
    update alerts
    set state = 'firing', resolved_at = null, last_seen_at = greatest(last_seen_at, v_now), notified_at = v_now,
        said = 'firing', strength = (p_alert->>'strength')::double precision, sequence = (p_alert->>'sequence')::integer,
        grouped = v_grouped, evidence = p_alert->'evidence', alert_text = p_alert->>'alertText', changed_at = v_now
    where id = v_id and sequence = (p_alert->>'sequence')::integer - 1 and state <> 'acknowledged' and not afresh
      and not exists (
        select from alerts o
        where o.tenant_id = v_tenant and o.rule = v_rule and o.part = v_part and o.severity = p_alert->>'severity'
          and o.state <> 'resolved' and o.ends <> 'silent' and o.id <> v_id)
    returning * into v_alert;
  end if;
  if not found then
    select * into v_alert from alerts
    where tenant_id = v_tenant and rule = v_rule and part = v_part and severity = p_alert->>'severity'
    order by state = 'resolved', opened_at desc limit 1;
    return jsonb_build_object(
      'raised', false, 'grouped', coalesce(v_alert.grouped, false),
      'alert', case when v_alert.id is not null then alert_state(v_alert) end);
  end if;

  perform resolve_alert(id, null, v_now) from alerts
  where tenant_id = v_tenant and rule = p_alert->>'endsRule' and part = v_part and state <> 'resolved';
  insert into audit_entries (at, actor, event, tenant_id, subject_id, detail)
  values (
    v_now, case when p_event->>'type' = v_rule then 'service' else 'detector:' || v_rule end,
    coalesce(p_event->>'type', 'alert.raised'), v_tenant, v_alert.id, p_alert->'evidence');
  if p_event is not null then
    perform enqueue_event(p_event, v_now);
  end if;
  if not v_grouped and not v_muted then
    perform add_notifications(p_notifications, v_now);
  end if;

  return jsonb_build_object('raised', true, 'grouped', v_grouped, 'alert', alert_state(v_alert));
end $$;

-- Ends an alert. Whoever was told that it fires is told that it is over, unless it ends silently. p_note: one line for
-- people, such as "Resolved at 08:40 UTC", or null for just that. Result: whether it was live.
create function fuse.resolve_alert(p_id text, p_note text, p_now timestamptz) returns boolean
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_alert alerts;
begin
  update alerts set state = 'resolved', resolved_at = p_now, changed_at = p_now where id = p_id and state <> 'resolved'
  returning * into v_alert;
  if not found then
    return false;
  end if;
  if v_alert.ends <> 'silent' then
    perform follow_up(p_id, 'resolved', coalesce(p_note, 'Resolved at ' || utc_minute(p_now)), p_now);
  end if;

  return true;
end $$;

-- `08:40 UTC`, as notes to people name a time.
create function fuse.utc_minute(p_at timestamptz) returns text
language sql immutable set search_path = fuse, extensions, pg_temp as $$
  select to_char(p_at at time zone 'utc', 'HH24:MI') || ' UTC'
$$;

-- Follows up on what people were told of an alert: one more message for each channel that got the firing one, with the
-- same alert text. p_kind: acknowledged or resolved. What is acknowledged keeps its other buttons, what is over has none.
-- No result.
create function fuse.follow_up(p_id text, p_kind text, p_note text, p_now timestamptz) returns void
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_sequence integer;
  v_planned jsonb;
begin
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', 'ntf_' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 20), 'subjectId', n.subject_id,
    'tenantId', n.tenant_id, 'rule', n.rule, 'severity', n.severity, 'channel', n.channel, 'kind', p_kind,
    'sequence', a.sequence + 1, 'alertText', n.alert_text, 'note', p_note,
    'buttons', case p_kind when 'resolved' then '[]' else (
      select coalesce(jsonb_agg(b order by place), '[]') from jsonb_array_elements(n.buttons) with ordinality e (b, place)
      where b->>'data' not like 'ack:%') end)), '[]')
  into v_planned
  from alerts a
  cross join lateral (
    select distinct on (channel) * from notifications
    where subject_id = p_id and kind = 'firing' and state in ('requested', 'sent')
    order by channel, sequence desc) n
  where a.id = p_id;
  if v_planned = '[]' then
    return;
  end if;

  update alerts
  set sequence = sequence + 1, notified_at = p_now, changed_at = p_now,
      said = case p_kind when 'resolved' then 'resolved' else said end
  where id = p_id;
  perform add_notifications(v_planned, p_now);
end $$;

-- Ends alerts that were not seen for p_quiet_ms and a minute, as often as what was seen is noted. One of a tenant that is
-- cut off waits for its incident: a tenant that may not call shows nothing. The alert about many tenants ends when none of
-- them is left. Tells once more of those that nobody takes care of, p_renotify_ms after the last word; not while a more
-- severe one of the same rule is told of, nor while the rule is muted.
-- Result: {resolved, repeated}.
create function fuse.sweep_alerts(p_now timestamptz, p_quiet_ms bigint, p_renotify_ms bigint) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_alert alerts;
  v_resolved integer := 0;
  v_repeated integer := 0;
begin
  for v_alert in
    select * from alerts a
    where state <> 'resolved' and ends in ('quiet', 'silent')
      and last_seen_at < p_now - make_interval(secs => p_quiet_ms / 1000.0 + 60)
      and not exists (select from incidents i where i.tenant_id = a.tenant_id and i.closed_at is null)
    order by id limit 500 for update skip locked
  loop
    v_resolved := v_resolved + resolve_alert(v_alert.id, null, p_now)::integer;
  end loop;

  for v_alert in
    select * from alerts a
    where state = 'firing' and ends <> 'silent' and said = 'firing' and repeats and not grouped
      and notified_at <= p_now - make_interval(secs => p_renotify_ms / 1000.0)
      and not exists (
        select from alerts worse
        where worse.tenant_id = a.tenant_id and worse.rule = a.rule and worse.part = a.part and worse.state = 'firing'
          and severity_rank(worse.severity) > severity_rank(a.severity))
      and (part = 'incident' or not exists (
        select from mutes m where m.rule = a.rule and m.tenant_id in ('', a.tenant_id) and m.until_at > p_now))
    order by id limit 500 for update skip locked
  loop
    perform repeat_alert(v_alert.id, p_now);
    v_repeated := v_repeated + 1;
  end loop;

  return jsonb_build_object('resolved', v_resolved, 'repeated', v_repeated);
end $$;

create function fuse.severity_rank(p_severity text) returns integer
language sql immutable set search_path = fuse, extensions, pg_temp as $$
  select array_position(array['warning', 'high', 'critical'], p_severity)
$$;

-- Tells of an alert once more, in the channels and words of the last time. No result.
create function fuse.repeat_alert(p_id text, p_now timestamptz) returns void
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_planned jsonb;
begin
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', 'ntf_' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 20), 'subjectId', n.subject_id,
    'tenantId', n.tenant_id, 'rule', n.rule, 'severity', n.severity, 'channel', n.channel, 'kind', 'firing',
    'sequence', a.sequence + 1, 'alertText', n.alert_text, 'note', 'Still firing at ' || utc_minute(p_now),
    'buttons', n.buttons)), '[]')
  into v_planned
  from alerts a
  cross join lateral (
    select distinct on (channel) * from notifications
    where subject_id = p_id and kind = 'firing' order by channel, sequence desc) n
  where a.id = p_id;
  update alerts set sequence = sequence + 1, notified_at = p_now, changed_at = p_now where id = p_id;
  perform add_notifications(v_planned, p_now);
end $$;

-- Alerts that people were not told of one by one, because their rule fired for many tenants at once, of rules where the
-- first of them is at least p_settle_ms old. The spend is that of all of them; the endpoint is the one most of them name.
-- Result: [{rule, severity (the worst), tenantCount, tenants: [id, … at most 100], spendUsdPerMinute (text), endpoint}].
create function fuse.grouped_alerts(p_now timestamptz, p_settle_ms integer) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'rule', rule, 'severity', (array['warning', 'high', 'critical'])[worst], 'tenantCount', cardinality(tenants),
      'tenants', to_jsonb(tenants[1:100]), 'spendUsdPerMinute', spend::text, 'endpoint', endpoint) order by rule), '[]')
    from (
      select rule, max(severity_rank(severity)) as worst, array_agg(distinct tenant_id) as tenants,
             sum(coalesce((alert_text::jsonb->>'spend_velocity_per_min')::numeric, 0)) as spend,
             mode() within group (order by alert_text::jsonb->>'faulty_endpoint') as endpoint
      from alerts
      where grouped and state <> 'resolved'
      group by rule
      having min(opened_at) <= p_now - make_interval(secs => p_settle_ms / 1000.0)
    ) many);
end $$;

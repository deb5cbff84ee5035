-- The alert of an incident that was just opened, with the id of the incident, and the messages that tell people; within the
-- transaction that opens it. When the incident begins again so does its alert: whoever took care of it hears of it anew, and
-- its messages are numbered on. p_notifications as add_notifications. No result.
create function fuse.alert_of_incident(p_incident_id text, p_notifications jsonb, p_now timestamptz) returns void
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_sequence integer;
begin
  insert into alerts
  select id, tenant_id, rule, 'incident', severity, 'firing', 'told', opened_at, p_now, p_now, 'firing', 1, 1, null,
         null, null, true, false, false, evidence, alert_text, p_now
  from incidents where id = p_incident_id
  on conflict (id) do update
  set state = 'firing', resolved_at = null, acknowledged_at = null, acknowledged_by = null, last_seen_at = p_now,
      notified_at = p_now, said = 'firing', sequence = alerts.sequence + 1, rule = excluded.rule,
      severity = excluded.severity, evidence = excluded.evidence, alert_text = excluded.alert_text, changed_at = p_now
  returning sequence into v_sequence;

  perform add_notifications((
    select coalesce(jsonb_agg(planned || jsonb_build_object('sequence', v_sequence) order by place), '[]')
    from jsonb_array_elements(coalesce(p_notifications, '[]')) with ordinality p (planned, place)), p_now);
end $$;

-- Ends every live alert of a tenant that was let go, within the transaction that does so: its incident is over and its next
-- finding is news. p_by: who let it go, as people are told; null: nobody did. No result.
create function fuse.end_alerts(p_tenant_id text, p_by text, p_now timestamptz) returns void
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_id text;
  v_note constant text := 'Resolved ' || coalesce('by ' || p_by || ' ', '') || 'at ' || utc_minute(p_now);
begin
  for v_id in select id from alerts where tenant_id = p_tenant_id and state <> 'resolved' order by id for update loop
    perform resolve_alert(v_id, v_note, p_now);
  end loop;
  update alerts set afresh = true, changed_at = p_now
  where tenant_id = p_tenant_id and not afresh and resolved_at > p_now - interval '1 hour';
end $$;

-- Alerts, newest first: of one tenant, in one state, or (null) any. p_after: those behind the alert of this id. Those of
-- incidents are listed as incidents. openedAt names the alert, however often it was told: feedback is given on it.
-- Result: [{alertId, tenantId, rule, severity, state, strength, sequence, openedAt, lastSeenAt, notifiedAt (null: nobody was
-- told, its rule is muted), acknowledgedAt, acknowledgedBy, resolvedAt, grouped, evidence, alertText}, …].
drop function fuse.list_alerts(text, integer);
-- A replica that was started before this migration says neither state nor after.
create function fuse.list_alerts(
  p_tenant_id text, p_limit integer, p_state text default null, p_after text default null
) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'alertId', id, 'tenantId', tenant_id, 'rule', rule, 'severity', severity, 'state', state, 'strength', strength,
      'sequence', sequence, 'openedAt', opened_at, 'lastSeenAt', last_seen_at, 'notifiedAt', notified_at,
      'acknowledgedAt', acknowledged_at, 'acknowledgedBy', acknowledged_by, 'resolvedAt', resolved_at,
      'grouped', grouped, 'evidence', evidence, 'alertText', alert_text)
      order by opened_at desc, id desc), '[]')
    from (
      select * from alerts
      where part <> 'incident' and (p_tenant_id is null or tenant_id = p_tenant_id)
        and (p_state is null or state = p_state)
        and (p_after is null or (opened_at, id) < (select opened_at, id from alerts where id = p_after))
      order by opened_at desc, id desc limit p_limit) a);
end $$;

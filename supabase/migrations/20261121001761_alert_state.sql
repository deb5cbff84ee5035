-- An alert as replicas keep it in memory, see core/alerting/alertState.ts; times in epoch ms.
create function fuse.alert_state(p_alert fuse.alerts) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select jsonb_build_object(
    'id', p_alert.id, 'tenantId', p_alert.tenant_id, 'rule', p_alert.rule, 'part', p_alert.part,
    'severity', p_alert.severity, 'ends', p_alert.ends, 'state', p_alert.state,
    'openedAt', epoch_ms(p_alert.opened_at), 'lastSeenAt', epoch_ms(p_alert.last_seen_at),
    'toldAt', epoch_ms(p_alert.notified_at), 'said', p_alert.said, 'toldStrength', p_alert.strength,
    'sequence', p_alert.sequence, 'resolvedAt', epoch_ms(p_alert.resolved_at))
$$;

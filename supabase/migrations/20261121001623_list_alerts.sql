-- The newest alert notifications, newest first, of one tenant or (null) of all. openedAt names the alert, however often
-- it was told: feedback is given on it.
-- Result: [{tenantId, rule, severity, strength, openedAt, notifiedAt, evidence, alertText}].
create or replace function fuse.list_alerts(p_tenant_id text, p_limit integer) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  with newest as (
    select * from alerts where p_tenant_id is null or tenant_id = p_tenant_id
    order by notified_at desc limit p_limit
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'tenantId', tenant_id, 'rule', rule, 'severity', severity, 'strength', strength, 'openedAt', opened_at,
    'notifiedAt', notified_at, 'evidence', evidence, 'alertText', alert_text) order by notified_at desc), '[]')
  from newest
$$;

-- What moves the limits of tenants: their own alerts that nobody confirmed, and what they dismissed. p_tenant_id: of this
-- one; null: of all that have any since p_since, or whose limit is still moved.
-- An alert counts on the UTC day it opened, today does not count yet. It is confirmed by an incident or by a person.
-- Result: [{tenantId, version, baseLimit, tangentLimit, theta, alerts: [[day since the epoch, count], …] by day,
-- dismissedAt: [epoch ms, …]}]; baseLimit is the version's own, tangentLimit and theta are those in force.
create or replace function fuse.limit_inputs(p_tenant_id text, p_since timestamptz, p_now timestamptz) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  with counted as (
    select tenant_id, floor(extract(epoch from opened_at) / 86400)::integer as day, count(*) as alerts
    from alerts a
    where rule = 'vectorDistance' and (p_tenant_id is null or tenant_id = p_tenant_id)
      and opened_at >= p_since and opened_at < date_trunc('day', p_now, 'UTC')
      and not exists (
        select from feedback f
        where f.tenant_id = a.tenant_id and f.verdict = 'incident'
          and a.opened_at between f.from_at - interval '1 hour' and f.to_at + interval '1 hour')
      and not exists (
        select from incidents i
        where i.tenant_id = a.tenant_id
          and a.opened_at between i.opened_at - interval '1 hour' and coalesce(i.closed_at, 'infinity'))
    group by 1, 2
  ), days as (
    select tenant_id, jsonb_agg(jsonb_build_array(day, alerts) order by day) as alerts from counted group by 1
  ), dismissed as (
    select tenant_id, jsonb_agg((extract(epoch from created_at) * 1000)::bigint order by created_at) as at
    from feedback
    where verdict = 'fine' and (p_tenant_id is null or tenant_id = p_tenant_id) and created_at >= p_since
    group by 1
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'tenantId', s.tenant_id, 'version', s.version, 'baseLimit', b.tangent_limit, 'tangentLimit', s.tangent_limit,
    'theta', s.theta, 'alerts', coalesce(days.alerts, '[]'), 'dismissedAt', coalesce(dismissed.at, '[]'))
    order by s.tenant_id), '[]')
  from scoring s
  join baselines b using (tenant_id, version)
  left join days on days.tenant_id = s.tenant_id
  left join dismissed on dismissed.tenant_id = s.tenant_id
  where s.space = 'features' and (p_tenant_id is null or s.tenant_id = p_tenant_id)
    and (p_tenant_id is not null or days.alerts is not null or dismissed.at is not null or s.theta > 0)
$$;

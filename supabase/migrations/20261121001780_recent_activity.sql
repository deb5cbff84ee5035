-- What detectors compare the present with, of every tenant since p_since: what a replica reads back at its start.
-- Result: {hours: [[tenantId, hour (epoch ms), microCents, quarters], …], cached: [[tenantId, endpoint|model, day, calls,
-- input, cached], …], providers: [[endpoint, provider], …]}. microCents >= 0, whatever was refunded; quarters: bit n is set
-- when there was a call in quarter n of the hour, 0 to 3; day: days since the epoch, UTC. cached: successful calls of models
-- that had anything in a cache; cached lies within input. providers: of calls since p_health_since.
create or replace function fuse.recent_activity(p_since timestamptz, p_health_since timestamptz) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp
-- Planned for the given time: a plan for any of them looks at every day there is.
set plan_cache_mode = force_custom_plan as $$
begin
  return (
  with hours as (
    select tenant_id, floor(extract(epoch from occurred_at) / 3600)::bigint * 3600000 as at,
           greatest(0, sum(cost_micro_cents)) as micro_cents,
           bit_or(1 << (floor(extract(epoch from occurred_at) / 900)::bigint % 4)::integer) as quarters
    from usage_events where occurred_at >= p_since group by 1, 2
  ), cached as (
    select tenant_id, endpoint || '|' || model as model_key,
           floor(extract(epoch from occurred_at) / 86400)::bigint as day, count(*) as calls,
           sum(input_uncached + cache_read + cache_write_5m + cache_write_1h + input_audio) as input,
           sum(cache_read) as cached, sum(sum(cache_read)) over (partition by tenant_id, endpoint || '|' || model) as ever
    from usage_events
    where occurred_at >= p_since and coalesce(status_code, 200) < 400
      and input_uncached + cache_read + cache_write_5m + cache_write_1h + input_audio > 0
    group by 1, 2, 3
  ), providers as (
    select distinct endpoint, provider from usage_events where occurred_at >= p_health_since
  )
  select jsonb_build_object(
    'hours', (select coalesce(jsonb_agg(jsonb_build_array(tenant_id, at, micro_cents, quarters)), '[]') from hours),
    'cached', (select coalesce(jsonb_agg(jsonb_build_array(tenant_id, model_key, day, calls, input, cached)), '[]')
      from cached where ever > 0),
    'providers', (select coalesce(jsonb_agg(jsonb_build_array(endpoint, provider) order by endpoint, provider), '[]')
      from providers))
  );
end $$;

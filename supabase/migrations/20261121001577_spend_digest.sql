-- What a day's report is made of. p_days: [[from, to], …], spans in epoch ms that do not overlap, the day itself first;
-- the rest are the days before that say what was to be expected. p_tenant_id: of this tenant only, unless null.
-- Result: {totals: by day, in the order of p_days, [{calls, failedCalls, inputTokens, cachedInputTokens, outputTokens,
-- costMicroCents, estimatedCostMicroCents}]; tenants: [{tenantId, days: [[index of the day, calls, µ¢], …]}] by id;
-- models and unpriced: of the day itself, costliest first, at most p_top of [{provider, model, calls, costMicroCents}],
-- unpriced being what was charged at a ceiling; incidents: how many were opened on it}.
create function fuse.spend_digest(p_days jsonb, p_tenant_id text, p_top integer) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp
-- Planned for the given tenant and time: a plan for any of them reads everybody's events.
set plan_cache_mode = force_custom_plan as $$
begin
  return (
  with days as (
    select (n - 1)::integer as day, to_timestamp((span->>0)::bigint / 1000.0) as since,
      to_timestamp((span->>1)::bigint / 1000.0) as until
    from jsonb_array_elements(p_days) with ordinality as given(span, n)
  ), used as (
    select day, tenant_id, provider, model, cost_source = 'ceiling' as at_ceiling,
      count(*) as calls,
      count(*) filter (where status_code >= 400) as failed,
      sum(input_uncached + cache_read + cache_write_5m + cache_write_1h + input_audio) as input,
      sum(cache_read) as cached,
      sum(output + output_audio) as output,
      sum(cost_micro_cents) as cost,
      coalesce(sum(cost_micro_cents) filter (where estimated), 0) as estimated
    from days join usage_events on occurred_at >= since and occurred_at < until
    where p_tenant_id is null or tenant_id = p_tenant_id
    group by 1, 2, 3, 4, 5
  ), by_tenant as (
    select tenant_id, day, sum(calls) as calls, sum(cost) as cost from used group by 1, 2
  ), models as (
    select provider, model, sum(calls) as calls, sum(cost) as cost from used where day = 0
    group by 1, 2 order by cost desc, provider, model limit p_top
  ), unpriced as (
    select provider, model, sum(calls) as calls, sum(cost) as cost from used where day = 0 and at_ceiling
    group by 1, 2 order by cost desc, provider, model limit p_top
  )
  select jsonb_build_object(
    'totals', (
      select jsonb_agg(jsonb_build_object(
        'calls', coalesce(calls, 0), 'failedCalls', coalesce(failed, 0), 'inputTokens', coalesce(input, 0),
        'cachedInputTokens', coalesce(cached, 0), 'outputTokens', coalesce(output, 0), 'costMicroCents', coalesce(cost, 0),
        'estimatedCostMicroCents', coalesce(estimated, 0)) order by day)
      from days left join (
        select day, sum(calls) as calls, sum(failed) as failed, sum(input) as input, sum(cached) as cached,
          sum(output) as output, sum(cost) as cost, sum(estimated) as estimated
        from used group by 1
      ) as total using (day)),
    'tenants', coalesce((
      select jsonb_agg(jsonb_build_object('tenantId', tenant_id, 'days', of_tenant) order by tenant_id) from (
        select tenant_id, jsonb_agg(jsonb_build_array(day, calls, cost) order by day) as of_tenant
        from by_tenant group by 1
      ) as one), '[]'),
    'models', coalesce((
      select jsonb_agg(jsonb_build_object('provider', provider, 'model', model, 'calls', calls, 'costMicroCents', cost)
        order by cost desc, provider, model) from models), '[]'),
    'unpriced', coalesce((
      select jsonb_agg(jsonb_build_object('provider', provider, 'model', model, 'calls', calls, 'costMicroCents', cost)
        order by cost desc, provider, model) from unpriced), '[]'),
    'incidents', (
      select count(*) from incidents join days on day = 0 and opened_at >= since and opened_at < until
      where p_tenant_id is null or tenant_id = p_tenant_id))
  );
end $$;

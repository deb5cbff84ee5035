-- The charges of the calls in [p_from, p_to): their line items, summed up by day, by who used them, by what they are for
-- and by whether they are charged or given back; filtered by what is not null. Days are those of p_time_zone.
-- Result: {rows: at most p_limit of [{day, tenantId, provider, model, unit, rateId, serviceTier, costSource, source,
-- workflowId or null, isCredit, isCorrection, lines, quantity, costMicroCents}], in this order, totalMicroCents: what all
-- calls cost}. isCorrection: the vendor corrected it after the month was over. quantity is decimal text. The costs of all
-- rows add up to the total.
create function fuse.focus_report(
  p_from timestamptz, p_to timestamptz, p_time_zone text, p_tenant_id text, p_provider text, p_model text,
  p_source text, p_workflow_id text, p_limit integer
) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp
-- Planned for the given tenant and time: a plan for any of them reads everybody's events.
set plan_cache_mode = force_custom_plan as $$
begin
  return (
  with corrected as (
    -- One from before p_from came before the month of its call was over.
    select source, id, max(at) as corrected_at from usage_corrections
    where at >= p_from and (p_tenant_id is null or tenant_id = p_tenant_id)
    group by 1, 2
  ), calls as (
    select usage_events.*, coalesce(corrected_at >= (
        date_trunc('month', occurred_at at time zone p_time_zone) + interval '1 month') at time zone p_time_zone, false
      ) as is_correction
    from usage_events left join corrected using (source, id)
    where occurred_at >= p_from and occurred_at < p_to and (p_tenant_id is null or tenant_id = p_tenant_id)
      and (p_provider is null or provider = p_provider) and (p_model is null or model = p_model)
      and (p_source is null or source = p_source) and (p_workflow_id is null or workflow_id = p_workflow_id)
  ), charges as (
    select to_char(occurred_at at time zone p_time_zone, 'YYYY-MM-DD') as day, tenant_id, provider, model,
      item->>'unit' as unit, item->>'rateId' as rate_id, coalesce(service_tier, 'standard') as service_tier, cost_source,
      source, workflow_id, (item->>'costMicroCents')::bigint < 0 as is_credit,
      is_correction, count(*) as lines, sum((item->>'quantity')::numeric) as quantity, sum((item->>'costMicroCents')::bigint) as cost
    from calls cross join lateral jsonb_array_elements(line_items) item
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
  ), page as (
    select row_number() over (
      order by day, tenant_id, provider, model, unit, rate_id, service_tier, cost_source, source, workflow_id, is_credit,
        is_correction
    ) as n, * from charges
    order by n limit p_limit
  )
  select jsonb_build_object(
    'rows', coalesce((
      select jsonb_agg(jsonb_build_object(
        'day', day, 'tenantId', tenant_id, 'provider', provider, 'model', model, 'unit', unit, 'rateId', rate_id,
        'serviceTier', service_tier, 'costSource', cost_source, 'source', source, 'workflowId', workflow_id,
        'isCredit', is_credit, 'isCorrection', is_correction, 'lines', lines,
        'quantity', trim_scale(quantity)::text, 'costMicroCents', cost) order by n)
      from page), '[]'),
    'totalMicroCents', (select coalesce(sum(cost_micro_cents), 0) from calls))
  );
end $$;

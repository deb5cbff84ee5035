-- The calls in [p_from, p_to) in the order they were made, page by page, filtered by what is not null: what a what-if and a
-- backtest look at. p_after: {at, source, id} of the last call of the page before, or null.
-- Result: {calls: [[at (epoch ms), tenantId, workflowId or null, nodeName or null, provider, model, inputUncached,
-- cacheRead, cacheWrite5m, cacheWrite1h, inputAudio, output, reasoning, outputAudio, otherUnits, serviceTier or null,
-- costSource, costMicroCents, endpoint, source, keyId or null], …], next: {at, source, id} for the next page, or null on
-- the last}. As objects they would take five times as long: 10,000 of them 1.4 s instead of 0.25 s.
create or replace function fuse.usage_stream(
  p_from timestamptz, p_to timestamptz, p_tenant_id text, p_workflow_id text, p_node_name text, p_provider text,
  p_model text, p_after jsonb, p_limit integer
) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp
-- Planned for the given tenant and time: a plan for any of them reads everybody's events.
set plan_cache_mode = force_custom_plan as $$
begin
  return (
  with page as (
    select * from usage_events
    where occurred_at >= greatest(p_from, (p_after->>'at')::timestamptz) and occurred_at < p_to
      and (p_tenant_id is null or tenant_id = p_tenant_id) and (p_workflow_id is null or workflow_id = p_workflow_id)
      and (p_node_name is null or node_name = p_node_name) and (p_provider is null or provider = p_provider)
      and (p_model is null or model = p_model)
      and (p_after is null
        or (occurred_at, source, id) > ((p_after->>'at')::timestamptz, p_after->>'source', p_after->>'id'))
    order by occurred_at, source, id limit p_limit
  )
  select jsonb_build_object(
    'calls', coalesce(jsonb_agg(jsonb_build_array(
      (extract(epoch from occurred_at) * 1000)::bigint, tenant_id, workflow_id, node_name, provider, model,
      input_uncached, cache_read, cache_write_5m, cache_write_1h, input_audio, output, reasoning, output_audio,
      other_units, service_tier, cost_source, cost_micro_cents, endpoint, source, key_id)
      order by occurred_at, source, id), '[]'),
    'next', case when count(*) = p_limit then (
      select jsonb_build_object('at', occurred_at, 'source', source, 'id', id) from page
      order by occurred_at desc, source desc, id desc limit 1) end)
  from page
  );
end $$;

-- The smallest input of the calls in [p_from, p_to) of each tenant, workflow, node and model, filtered by what is not null:
-- no prompt of theirs can share more than that. Calls without input do not count.
-- Result: [{tenantId, workflowId or null, nodeName or null, provider, model, tokens}].
create function fuse.smallest_inputs(
  p_from timestamptz, p_to timestamptz, p_tenant_id text, p_workflow_id text, p_node_name text, p_provider text,
  p_model text
) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp
-- Planned for the given tenant and time: a plan for any of them reads everybody's events.
set plan_cache_mode = force_custom_plan as $$
begin
  return (
  select coalesce(jsonb_agg(jsonb_build_object(
    'tenantId', tenant_id, 'workflowId', workflow_id, 'nodeName', node_name, 'provider', provider, 'model', model,
    'tokens', tokens)), '[]')
  from (
    select tenant_id, workflow_id, node_name, provider, model,
      min(input_uncached + cache_read + cache_write_5m + cache_write_1h) as tokens
    from usage_events
    where occurred_at >= p_from and occurred_at < p_to
      and (p_tenant_id is null or tenant_id = p_tenant_id) and (p_workflow_id is null or workflow_id = p_workflow_id)
      and (p_node_name is null or node_name = p_node_name) and (p_provider is null or provider = p_provider)
      and (p_model is null or model = p_model)
      and input_uncached + cache_read + cache_write_5m + cache_write_1h > 0
    group by 1, 2, 3, 4, 5
  ) as smallest
  );
end $$;

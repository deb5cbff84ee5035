-- The calls of one tenant in [p_since, p_until), oldest first, compact: what a baseline is fitted on.
-- Result: [[epoch ms, endpoint, model, input, cached, output, context, latency ms or null, status or null, µ¢, caller, key,
-- execution], …]; the caller is source|workflow|node, '' outside workflows; an unknown key or execution is ''.
create or replace function fuse.tenant_calls(p_tenant_id text, p_since timestamptz, p_until timestamptz) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp
-- Planned for the given time: a plan for any of them looks at every day there is.
set plan_cache_mode = force_custom_plan as $$
begin
  return (
  select coalesce(jsonb_agg(jsonb_build_array(
    (extract(epoch from occurred_at) * 1000)::bigint, endpoint, model,
    input_uncached + cache_read + cache_write_5m + cache_write_1h + input_audio, cache_read, output + output_audio,
    context_tokens, latency_ms, status_code, cost_micro_cents,
    case when workflow_id is null and node_name is null then ''
      else source || '|' || coalesce(workflow_id, '') || '|' || coalesce(node_name, '') end,
    coalesce(key_id, ''), coalesce(execution_id, '')
  ) order by occurred_at), '[]')
  from usage_events
  where tenant_id = p_tenant_id and occurred_at >= p_since and occurred_at < p_until
  );
end $$;

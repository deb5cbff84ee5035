-- What one tenant used in [p_since, p_until).
-- Result: {microCents, requests, tokens}.
create or replace function fuse.tenant_spend(p_tenant_id text, p_since timestamptz, p_until timestamptz) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp
-- Planned for the given time: a plan for any of them looks at every day there is.
set plan_cache_mode = force_custom_plan as $$
begin
  return (
  select jsonb_build_object(
    'microCents', coalesce(sum(cost_micro_cents), 0),
    'requests', count(*),
    'tokens', coalesce(sum(input_uncached + cache_read + cache_write_5m + cache_write_1h + input_audio + output + output_audio), 0)
  )
  from usage_events
  where tenant_id = p_tenant_id and occurred_at >= p_since and occurred_at < p_until
  );
end $$;

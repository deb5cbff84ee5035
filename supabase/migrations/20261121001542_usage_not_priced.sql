-- How many calls in [p_from, p_to), filtered by what is not null, cost what the vendor said, or what was held for them.
-- Result: {vendor, estimate}.
create function fuse.usage_not_priced(
  p_from timestamptz, p_to timestamptz, p_tenant_id text, p_provider text, p_model text
) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp
-- Planned for the given tenant and time: a plan for any of them reads everybody's events.
set plan_cache_mode = force_custom_plan as $$
begin
  return (
  select jsonb_build_object(
    'vendor', count(*) filter (where cost_source = 'vendor'),
    'estimate', count(*) filter (where cost_source = 'estimate'))
  from usage_events
  where occurred_at >= p_from and occurred_at < p_to and (p_tenant_id is null or tenant_id = p_tenant_id)
    and (p_provider is null or provider = p_provider) and (p_model is null or model = p_model)
  );
end $$;

-- Spend and requests per tenant and time slice since p_since: what is compared with the spend before.
-- Result: [{tenantId, at, microCents, requests}], at = epoch ms of the slice start; microCents >= 0, whatever was refunded.
create or replace function fuse.usage_by_slice(p_since timestamptz, p_slice_ms bigint) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp
-- Planned for the given time: a plan for any of them looks at every day there is.
set plan_cache_mode = force_custom_plan as $$
begin
  return (
  with slices as (
    select tenant_id, floor(extract(epoch from occurred_at) * 1000 / p_slice_ms)::bigint * p_slice_ms as at,
           greatest(0, sum(cost_micro_cents)) as micro_cents, count(*) as requests
    from usage_events where occurred_at >= p_since group by 1, 2
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'tenantId', tenant_id, 'at', at, 'microCents', micro_cents, 'requests', requests)), '[]')
  from slices
  );
end $$;

-- What the latest calls of the latest tenants used, oldest first: what estimates are learned from after a restart.
-- Of each of the p_tenants tenants that were active last, the last p_calls_per_tenant calls since p_since; of them
-- those that succeeded, used something and were counted by their vendor. However much usage there is, it reads at
-- most p_tenants * p_calls_per_tenant rows, by usage_events_by_tenant.
-- Result: [[tenantId, provider, model, input, cached, output], …]; cached lies within input.
create or replace function fuse.recent_usage(p_since timestamptz, p_tenants integer, p_calls_per_tenant integer) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp
-- Planned for the given time: a plan for any of them looks at every day there is.
set plan_cache_mode = force_custom_plan as $$
begin
  return (
  with latest_tenants as (
    select tenant_id from tenants where last_at >= p_since order by last_at desc, tenant_id limit p_tenants
  ), calls as (
    select c.tenant_id, c.provider, c.model, c.occurred_at, c.estimated, c.status_code, c.cache_read,
           c.input_uncached + c.cache_read + c.cache_write_5m + c.cache_write_1h + c.input_audio as input,
           c.output + c.output_audio as output
    from latest_tenants t
    cross join lateral (
      select * from usage_events e
      where e.tenant_id = t.tenant_id and e.occurred_at >= p_since
      order by e.occurred_at desc limit p_calls_per_tenant
    ) c
  )
  select coalesce(jsonb_agg(jsonb_build_array(tenant_id, provider, model, input, cache_read, output)
                            order by occurred_at), '[]')
  from calls
  where not estimated and coalesce(status_code, 200) < 400 and input + output > 0
  );
end $$;

-- What one tenant spent in each hour (UTC) of [p_from, p_to) that it made a call in: what a backtest compares the minutes
-- after it with.
-- Result: [[hour start (epoch ms), microCents], …], oldest first; microCents >= 0, whatever was refunded.
create function fuse.spend_by_hour(p_tenant_id text, p_from timestamptz, p_to timestamptz) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp
set plan_cache_mode = force_custom_plan as $$
begin
  return (
    with hours as (
      select floor(extract(epoch from occurred_at) / 3600)::bigint * 3600000 as at,
             greatest(0, sum(cost_micro_cents)) as micro_cents
      from usage_events
      where tenant_id = p_tenant_id and occurred_at >= p_from and occurred_at < p_to group by 1
    )
    select coalesce(jsonb_agg(jsonb_build_array(at, micro_cents) order by at), '[]') from hours
  );
end $$;

-- What the calls in [p_from, p_to) cost by UTC day, provider, key and model; of one provider or (null) of all.
-- Result: [{provider, day, keyId, model, calls, inputTokens, outputTokens, costMicroCents, costBySource}], the day as
-- YYYY-MM-DD, keyId null where none was told. Input includes what was cached. costBySource: µ¢ by cost_source.
create or replace function fuse.ledger_by_day(p_from timestamptz, p_to timestamptz, p_provider text) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp
-- Planned for the given time: a plan for any of them looks at every day there is.
set plan_cache_mode = force_custom_plan as $$
begin
  return (
  with sums as (
    select provider, to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD') as day, key_id, model, cost_source,
      count(*) as calls,
      sum(input_uncached + cache_read + cache_write_5m + cache_write_1h + input_audio) as input,
      sum(output + output_audio) as output,
      sum(cost_micro_cents) as cost
    from usage_events
    where occurred_at >= p_from and occurred_at < p_to and (p_provider is null or provider = p_provider)
    group by 1, 2, 3, 4, 5
  ), rows as (
    select day, provider, key_id, model, jsonb_build_object(
      'provider', provider, 'day', day, 'keyId', key_id, 'model', model, 'calls', sum(calls),
      'inputTokens', sum(input), 'outputTokens', sum(output), 'costMicroCents', sum(cost),
      'costBySource', jsonb_object_agg(cost_source, cost)) as line
    from sums
    group by provider, day, key_id, model
  )
  select coalesce(jsonb_agg(line order by day, provider, key_id, model), '[]') from rows
  );
end $$;

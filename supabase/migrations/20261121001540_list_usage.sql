-- Calls in [p_from, p_to) priced by our own lists, filtered by what is not null, in the order of their time: a page of
-- them behind p_after, [occurredAt, source, id].
-- Result: [{source, id, tenantId, occurredAt, at, provider, model, usage, otherUnits, serviceTier, costMicroCents,
-- costSource, lineItems}]; at: epoch ms, occurredAt: as exact as it is stored.
create function fuse.list_usage(
  p_from timestamptz, p_to timestamptz, p_tenant_id text, p_provider text, p_model text, p_after jsonb, p_limit integer
) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp
-- Planned for the given tenant and time: a plan for any of them reads everybody's events.
set plan_cache_mode = force_custom_plan as $$
begin
  return (
  with page as (
    select * from usage_events
    where occurred_at >= greatest(p_from, (p_after->>0)::timestamptz) and occurred_at < p_to
      and cost_source in ('price', 'ceiling')
      and (p_tenant_id is null or tenant_id = p_tenant_id)
      and (p_provider is null or provider = p_provider) and (p_model is null or model = p_model)
      and (p_after is null or (occurred_at, source, id) > ((p_after->>0)::timestamptz, p_after->>1, p_after->>2))
    order by occurred_at, source, id limit p_limit
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'source', source, 'id', id, 'tenantId', tenant_id, 'occurredAt', occurred_at,
    'at', (extract(epoch from occurred_at) * 1000)::bigint, 'provider', provider, 'model', model,
    'usage', jsonb_build_object(
      'inputUncached', input_uncached, 'cacheRead', cache_read, 'cacheWrite5m', cache_write_5m,
      'cacheWrite1h', cache_write_1h, 'inputAudio', input_audio, 'output', output, 'reasoning', reasoning,
      'outputAudio', output_audio),
    'otherUnits', other_units, 'serviceTier', service_tier,
    'costMicroCents', cost_micro_cents, 'costSource', cost_source, 'lineItems', line_items
  ) order by occurred_at, source, id), '[]')
  from page
  );
end $$;

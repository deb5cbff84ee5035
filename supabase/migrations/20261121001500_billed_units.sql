-- What a call used beside the token buckets and apart within them, and the tier it was billed on: with them a usage event
-- can be priced again. `line_items` add up to `cost_micro_cents`.
alter table fuse.usage_events add column other_units jsonb not null default '{}';
alter table fuse.usage_events add column service_tier text;

-- Events from before: one line for what the vendor said or what was held, and one for what a ceiling added to the priced.
update fuse.usage_events
set line_items = jsonb_build_array(jsonb_build_object(
  'unit', case cost_source when 'vendor' then 'vendorCost' else 'held' end, 'quantity', 1,
  'rateId', cost_source, 'costMicroCents', cost_micro_cents))
where cost_source in ('vendor', 'estimate');

update fuse.usage_events
set line_items = line_items || jsonb_build_array(jsonb_build_object(
  'unit', 'held', 'quantity', 1, 'rateId', 'ceiling', 'costMicroCents', cost_micro_cents - coalesce(
    (select sum((item->>'costMicroCents')::bigint) from jsonb_array_elements(line_items) item), 0)))
where cost_source = 'ceiling';

-- What a call used beside the token buckets and apart within them, and the tier it was billed on: with them a usage event
-- can be priced again. `line_items` add up to `cost_micro_cents`.
alter table fuse.usage_events add column other_units jsonb not null default '{}';
alter table fuse.usage_events add column service_tier text;

-- Lines of vendors' bills and logs are usage events of the source vendor/<name> that are replaced when the vendor says
-- something else of them. `vendor_version`: when it last changed the line, as far as it says.

alter table fuse.usage_events add column vendor_version timestamptz;

-- What was replaced, a row for each time.
create table fuse.usage_corrections (
  sequence bigint generated always as identity primary key,
  source text not null,
  id text not null,
  tenant_id text not null,
  at timestamptz not null,
  actor text not null,
  previous_micro_cents bigint not null,
  new_micro_cents bigint not null
);
create index usage_corrections_of_line on fuse.usage_corrections (source, id);
create index usage_corrections_of_tenant on fuse.usage_corrections (tenant_id, at);

-- Refunds are few: whether a tenant has some is one look.
create index usage_events_refunds on fuse.usage_events (tenant_id) where cost_micro_cents < 0;

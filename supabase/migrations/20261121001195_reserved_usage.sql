-- Usage events know the vendor key they were made with, and the reservation they settle can be found.
-- An expired lease is recorded as estimated usage, with the cost that was held: cost_source `estimate`.

alter table fuse.usage_events add column key_id text;
alter table fuse.usage_events drop constraint usage_events_cost_source_check;
alter table fuse.usage_events add constraint usage_events_cost_source_check
  check (cost_source in ('vendor', 'price', 'ceiling', 'estimate'));
create index usage_events_by_reservation on fuse.usage_events (reservation_id) where reservation_id is not null;

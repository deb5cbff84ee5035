-- Usage events lie in one table for each day (UTC) of occurred_at, so that a day that is not kept any longer goes with its
-- table, at once and without a trace for vacuum to clean up. Rows are reached through fuse.usage_events alone.
-- A table of days can only be unique within each day, so what is unique for ever has a table of its own: usage_keys has one
-- row for each event, whatever day it is of, and says where to find it.
-- fuse.usage_events_other has what no day was opened for (open_usage_days): nothing is ever refused for want of a table.

create table if not exists fuse.usage_keys (
  source text not null,
  id text not null,
  occurred_at timestamptz not null,
  -- The estimate of a lease that ran out: it goes when the call is recorded after all.
  is_estimate boolean not null default false,
  reservation_id text,
  primary key (source, id)
);
create index if not exists usage_keys_by_reservation on fuse.usage_keys (reservation_id) where reservation_id is not null;
-- Keys come in the order of their time, more or less: enough to find those of old days, and nothing to keep for each of them.
create index if not exists usage_keys_by_time on fuse.usage_keys using brin (occurred_at) with (pages_per_range = 32);

do $$
declare
  v_day date;
  v_name text;
begin
  if (select relkind from pg_class where oid = 'fuse.usage_events'::regclass) = 'p' then return; end if;
  perform set_config('timezone', 'UTC', true);
  alter table fuse.usage_events rename to usage_events_whole;
  create table fuse.usage_events (like fuse.usage_events_whole including defaults including constraints)
    partition by range (occurred_at);
  create table fuse.usage_events_other partition of fuse.usage_events default;
  -- The indexes come last: so each is built once.
  for v_day in
    select distinct (occurred_at at time zone 'UTC')::date from fuse.usage_events_whole
    where occurred_at between '2000-01-01' and now() + interval '1 day' order by 1
  loop
    v_name := 'usage_events_' || to_char(v_day, 'YYYYMMDD');
    execute format('create table fuse.%I partition of fuse.usage_events for values from (%L) to (%L)', v_name, v_day,
      v_day + 1);
  end loop;

  insert into fuse.usage_events select * from fuse.usage_events_whole;
  insert into fuse.usage_keys (source, id, occurred_at, is_estimate, reservation_id)
  select source, id, occurred_at, cost_source = 'estimate', reservation_id from fuse.usage_events_whole
  on conflict do nothing;

  -- Reads the new table from here on.
  execute 'create or replace view fuse.ledger_lines as ' || replace(
    pg_get_viewdef('fuse.ledger_lines'::regclass), 'usage_events_whole', 'usage_events');
  drop table fuse.usage_events_whole;
end $$;

do $$
begin
  if exists (select from pg_constraint where conrelid = 'fuse.usage_events'::regclass and contype = 'p') then return; end if;
  alter table fuse.usage_events add primary key (occurred_at, source, id);
end $$;
create index if not exists usage_events_by_tenant on fuse.usage_events (tenant_id, occurred_at);
create index if not exists usage_events_refunds on fuse.usage_events (tenant_id) where cost_micro_cents < 0;

select fuse.secure_schema();

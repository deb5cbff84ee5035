-- What a vendor and the ledger say of one key on one UTC day, as it was compared last: vendor − ledger is the drift.
-- `key_id` is ours, `(none)` for calls without one, `(all)` for the whole day.
create table fuse.reconciliations (
  provider text not null,
  day date not null,
  key_id text not null,
  level text not null check (level in ('key', 'day')),
  basis text not null check (basis in ('billed', 'priced')),
  in_totals boolean not null,
  vendor_micro_cents bigint not null,
  ledger_micro_cents bigint not null,
  ledger_by_source jsonb not null,
  drift_micro_cents bigint not null,
  drift_percent double precision not null,
  calls bigint not null,
  vendor_tokens jsonb,
  ledger_tokens jsonb not null,
  provisional boolean not null,
  finding text check (finding in ('notRecorded', 'notBilled', 'drift')),
  compared_at timestamptz not null,
  primary key (provider, day, key_id)
);
create index reconciliations_by_day on fuse.reconciliations (day desc, provider, key_id);

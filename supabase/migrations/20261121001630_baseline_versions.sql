-- Baselines are versions: what was learned, from how much, why, and after which one. The one in use is named by fuse.scoring.

alter table fuse.baselines
  -- tan(angle) of the features' space at theta 0, before the tenant's own alerts and dismissals.
  add column tangent_limit real not null,
  -- The adaptive part of the limit when the version was fitted.
  add column theta real not null,
  add column cause text not null check (cause in ('daily', 'nightly', 'refresh', 'prior', 'accepted', 'automatic')),
  add column excluded_minutes integer not null,
  add column parent integer,
  add column note text,
  add column created_by text not null;

-- `changed_at`: replicas read what changed since they looked. `refresh_after`: when the service refits by itself.
-- `held_until`: after a roll-back nothing but a person replaces the version before.
alter table fuse.scoring
  add column theta real not null default 0,
  add column changed_at timestamptz not null default clock_timestamp(),
  add column refresh_after timestamptz not null default '-infinity',
  add column held_until timestamptz;
create index scoring_by_change on fuse.scoring (changed_at);
create index scoring_by_refresh on fuse.scoring (refresh_after);

-- A tenant that was flagged for a quarter of a day may have a new normal. Asked once; decided by a person or by time.
create table fuse.baseline_shifts (
  tenant_id text not null,
  started_at timestamptz not null,
  asked_at timestamptz not null,
  flagged_minutes integer not null,
  decision text check (decision in ('accepted', 'automatic', 'ended')),
  decided_at timestamptz,
  decided_by text,
  primary key (tenant_id, started_at),
  check ((decision is null) = (decided_at is null) and (decision is null) = (decided_by is null))
);
create unique index one_open_shift_per_tenant on fuse.baseline_shifts (tenant_id) where decision is null;

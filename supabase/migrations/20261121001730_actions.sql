-- Containment steps, from their plan to their end, see core/containment. What a workflow reported until now without having
-- been asked stays: it is done, or failed.
-- `sequence` rises with every new decision (apply, undo, apply again); `attempt` with every hand-out, `attempts_before`
-- being those of earlier decisions. `dead_told`: operations know that it was given up. `due_at`: when it is handed out (again) unless somebody reports before. `detail` is
-- the error of a failed one, and of the last attempt of one that is tried again, which is `failed_attempt`. `revision` rises with every change.

create table fuse.actions (
  id text primary key,
  incident_id text not null references fuse.incidents,
  tenant_id text not null,
  action text not null,
  vendor text not null,
  target_id text not null,
  position integer not null,
  reversible boolean not null,
  settings jsonb not null,
  direction text not null check (direction in ('apply', 'undo')),
  sequence integer not null,
  state text not null
    check (state in ('awaitingApproval', 'declined', 'dryRun', 'requested', 'done', 'failed', 'undone')),
  outcome text,
  detail text,
  restore jsonb,
  attempt integer not null,
  attempts_before integer not null default 0,
  failed_attempt integer not null default 0,
  due_at timestamptz,
  claimed_until timestamptz,
  was_claimed boolean not null default false,
  decided_by text,
  created_at timestamptz not null,
  requested_at timestamptz,
  applied_at timestamptz,
  verified_at timestamptz,
  reported_at timestamptz,
  dead_told boolean not null default false,
  ends_at timestamptz,
  revision integer not null default 1,
  unique (incident_id, action, vendor, target_id)
);
create index actions_due on fuse.actions (due_at) where state = 'requested';
create index actions_ending on fuse.actions (ends_at) where ends_at is not null;
create index actions_by_time on fuse.actions (created_at, id);
create index actions_by_tenant on fuse.actions (tenant_id, created_at, id);
create index actions_dead on fuse.actions (created_at, id) where state = 'failed';
create index actions_untold on fuse.actions (reported_at) where state = 'failed' and not dead_told;

insert into fuse.actions (
  id, incident_id, tenant_id, action, vendor, target_id, position, reversible, settings, direction, sequence, state,
  outcome, detail, restore, attempt, was_claimed, created_at, requested_at, applied_at, reported_at, dead_told)
select 'act_' || left(replace(gen_random_uuid()::text, '-', ''), 20), a.incident_id, i.tenant_id, a.action, a.vendor,
       a.target_id, 0, a.restore is not null, '{}', 'apply', 1, case a.outcome when 'failed' then 'failed' else 'done' end,
       nullif(a.outcome, 'failed'), a.detail, a.restore, 1, true, a.reported_at, a.reported_at,
       case a.outcome when 'applied' then a.reported_at end, a.reported_at, true
from fuse.incident_actions a join fuse.incidents i on i.id = a.incident_id;
drop table fuse.incident_actions;

-- `openings`: 1, and one more each time the incident began again (half-open probing failed, or a trip came to an incident
-- that only restrained). `breaker_opened` false: it restrains its tenant, whose breaker stayed closed.
alter table fuse.incidents add column openings integer not null default 1;
alter table fuse.incidents add column breaker_opened boolean not null default true;

-- One policy for everybody (tenant_id '') and one for each tenant that has its own.
create table fuse.containment_policies (
  tenant_id text primary key,
  policy jsonb not null,
  changed_at timestamptz not null
);

-- What the steps of a policy act on, by name: {"stripeCustomer": "cus_…"}.
create table fuse.containment_targets (
  tenant_id text primary key,
  targets jsonb not null,
  changed_at timestamptz not null
);


-- Alerts, one row each, from their first finding to their end; until now there was one row for each time people were told.
-- At most one is live for each (tenant, rule, part, severity), but of those that end silently. `part`: what of the service it
-- is about, `incident` for the alert of an incident, whose id it has, else ''.
-- `ends`: `quiet` 15 minutes after its last finding, which is told; `told` when somebody says so; `silent`: it is news, not a
-- state, and nobody is told of an end.
-- `said`: what people heard last, at `notified_at`; null while nobody was told, because the rule is muted.
-- `repeats`: it is told again while nobody takes care of it. `grouped`: it is told of by the alert about many tenants.
-- `afresh`: the tenant was let go, its next finding is news.

create table fuse.alerts_now (
  id text primary key,
  tenant_id text not null,
  rule text not null,
  part text not null,
  severity text not null,
  state text not null check (state in ('firing', 'acknowledged', 'resolved')),
  ends text not null check (ends in ('quiet', 'silent', 'told')),
  opened_at timestamptz not null,
  last_seen_at timestamptz not null,
  notified_at timestamptz,
  said text check (said in ('firing', 'resolved')),
  strength double precision not null,
  sequence integer not null,
  acknowledged_at timestamptz,
  acknowledged_by text,
  resolved_at timestamptz,
  repeats boolean not null default true,
  grouped boolean not null default false,
  afresh boolean not null default false,
  evidence jsonb not null,
  alert_text text not null,
  changed_at timestamptz not null
);

insert into fuse.alerts_now
select distinct on (tenant_id, rule, severity, opened_at)
       'alr_' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 20), tenant_id, rule, '', severity, 'resolved',
       'silent', opened_at, notified_at, notified_at, 'firing', strength, sequence, null, null,
       notified_at + interval '15 minutes', true, false, true, evidence, alert_text, notified_at
from fuse.alerts
order by tenant_id, rule, severity, opened_at, sequence desc;

drop table fuse.alerts;
alter table fuse.alerts_now rename to alerts;
create unique index one_live_alert on fuse.alerts (tenant_id, rule, part, severity)
  where state <> 'resolved' and ends <> 'silent' and part <> 'incident';
create unique index one_alert_of_a_beginning on fuse.alerts (tenant_id, rule, part, severity, opened_at)
  where part <> 'incident';
create index alerts_live on fuse.alerts (last_seen_at) where state <> 'resolved';
create index alerts_by_time on fuse.alerts (opened_at, id);
create index alerts_by_tenant on fuse.alerts (tenant_id, opened_at, id);
create index alerts_changed on fuse.alerts (changed_at);
create index alerts_told on fuse.alerts (rule, notified_at);

-- A rule that people do not want to hear of for a while, of one tenant or ('') of all.
create table fuse.mutes (
  rule text not null,
  tenant_id text not null,
  until_at timestamptz not null,
  muted_by text not null,
  muted_at timestamptz not null,
  primary key (rule, tenant_id)
);

-- Where people are told instead of where the service would: one document, an ordered list.
create table fuse.alert_routing (
  only_row boolean primary key default true check (only_row),
  routes jsonb not null,
  changed_at timestamptz not null
);

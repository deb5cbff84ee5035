-- The tables of LLM Fuse. The service and n8n reach them through the functions of this schema only.
-- Money is bigint micro-cents (10^-8 USD). Tenants are text: they are the operator's own ids.

create schema if not exists extensions;
create extension if not exists vector with schema extensions;
create schema if not exists fuse;

-- One metered call. `line_items` names the price rates used, so that a re-price can be audited.
create table fuse.usage_events (
  source text not null,
  id text not null,
  tenant_id text not null,
  occurred_at timestamptz not null,
  received_at timestamptz not null,
  provider text not null,
  model text not null,
  endpoint text not null,
  input_uncached bigint not null,
  cache_read bigint not null,
  cache_write_5m bigint not null,
  cache_write_1h bigint not null,
  input_audio bigint not null,
  output bigint not null,
  reasoning bigint not null,
  output_audio bigint not null,
  context_tokens bigint not null,
  estimated boolean not null,
  latency_ms double precision,
  status_code integer,
  cost_micro_cents bigint not null,
  cost_source text not null check (cost_source in ('vendor', 'price', 'ceiling')),
  line_items jsonb not null,
  reservation_id text,
  request_id text,
  workflow_id text,
  node_name text,
  execution_id text,
  primary key (source, id)
);
create index usage_events_by_tenant on fuse.usage_events (tenant_id, occurred_at);
create index usage_events_by_time on fuse.usage_events (occurred_at);

-- Every tenant that ever used anything.
create table fuse.tenants (
  tenant_id text primary key,
  first_at timestamptz not null,
  last_at timestamptz not null
);

-- A tenant's breaker as the service last set it. No row means closed.
create table fuse.breakers (
  tenant_id text primary key,
  breaker jsonb not null,
  changed_at timestamptz not null
);

create table fuse.incidents (
  id text primary key,
  tenant_id text not null,
  rule text not null,
  severity text not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  evidence jsonb not null,
  alert_text text not null
);
create unique index one_open_incident_per_tenant on fuse.incidents (tenant_id) where closed_at is null;
create index incidents_by_time on fuse.incidents (opened_at desc);

-- What containment did at a vendor, as its workflow reported it. A repeated report replaces the earlier one.
create table fuse.incident_actions (
  incident_id text not null references fuse.incidents,
  action text not null,
  vendor text not null,
  target_id text not null,
  outcome text not null,
  detail text,
  restore jsonb,
  reported_at timestamptz not null,
  primary key (incident_id, action, vendor, target_id)
);

-- What a detector flagged without opening the breaker, one row for each notification.
create table fuse.alerts (
  tenant_id text not null,
  rule text not null,
  opened_at timestamptz not null,
  sequence integer not null,
  severity text not null,
  strength double precision not null,
  notified_at timestamptz not null,
  evidence jsonb not null,
  alert_text text not null,
  primary key (tenant_id, rule, opened_at, sequence)
);

create table fuse.webhooks (
  id text primary key,
  url text not null,
  events text[] not null,
  tenant_id text,
  created_at timestamptz not null
);

-- Messages on their way. A row is written in the transaction of what it tells; once delivered it is kept a week.
create table fuse.outbox (
  id text primary key default 'msg_' || replace(gen_random_uuid()::text, '-', ''),
  event_id text not null,
  webhook_id text not null references fuse.webhooks on delete cascade,
  body text not null,
  created_at timestamptz not null,
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  delivered_at timestamptz,
  last_error text,
  unique (event_id, webhook_id)
);
create index outbox_delivered on fuse.outbox (delivered_at) where delivered_at is not null;
create index outbox_due on fuse.outbox (next_attempt_at) where delivered_at is null;

create table fuse.audit_entries (
  sequence bigint generated always as identity primary key,
  at timestamptz not null,
  actor text not null,
  event text not null,
  tenant_id text,
  incident_id text,
  detail jsonb not null
);

-- Only the SHA-256 of a service key is kept.
create table fuse.service_keys (
  id text primary key,
  name text not null,
  role text not null check (role in ('ask', 'record', 'read', 'operate', 'admin')),
  tenant_id text,
  key_hash text not null unique,
  created_at timestamptz not null,
  revoked_at timestamptz
);

-- One tenant's behaviour over one sliding window; `raw` are the thirteen features, `v` the vector made of them.
create table fuse.snapshots (
  tenant_id text not null,
  window_minutes smallint not null,
  at timestamptz not null,
  baseline_version integer not null,
  raw real[] not null,
  v extensions.vector(16) not null,
  distance real not null,
  primary key (tenant_id, window_minutes, at)
);

create index snapshots_by_time on fuse.snapshots (at);

create table fuse.baselines (
  tenant_id text not null,
  version integer not null,
  fitted_at timestamptz not null,
  levels jsonb not null,
  scales jsonb not null,
  snapshots integer not null,
  primary key (tenant_id, version)
);

-- At most eight for each tenant and window: the primary key serves the search, an HNSW index would only add error.
create table fuse.centroids (
  tenant_id text not null,
  version integer not null,
  window_minutes smallint not null,
  k smallint not null,
  v extensions.vector(16) not null,
  weight real not null,
  days smallint not null,
  primary key (tenant_id, window_minutes, version, k),
  foreign key (tenant_id, version) references fuse.baselines on delete cascade
);

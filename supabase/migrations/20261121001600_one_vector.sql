-- One vector holds a tenant's behaviour in all windows: one row and one search for each tenant and tick. Vectors of the
-- old shape mean nothing beside it, so they go with what was learned from them: baselines are refitted at the next refresh.

drop function fuse.score_snapshots(jsonb);
drop table fuse.snapshots;
drop table fuse.centroids;
delete from fuse.baselines;

-- One tenant's behaviour as of one minute. `raw` are the features of all windows in the order of COORDINATES
-- (core/behaviour/features.ts); `strength` is the distance in units of the tenant's limit: above 1 it was flagged.
create table fuse.snapshots (
  tenant_id text not null,
  at timestamptz not null,
  baseline_version integer not null,
  space text not null,
  raw real[] not null,
  v extensions.vector(64) not null,
  distance real not null,
  strength real not null,
  primary key (tenant_id, at)
);
create index snapshots_by_time on fuse.snapshots (at);

-- At most eight for each baseline: the primary key serves the search, an HNSW index would only add error.
create table fuse.centroids (
  tenant_id text not null,
  version integer not null,
  k smallint not null,
  v extensions.vector(64) not null,
  weight real not null,
  days smallint not null,
  primary key (tenant_id, version, k),
  foreign key (tenant_id, version) references fuse.baselines on delete cascade
);

-- What each tenant is scored against now: the centroids of its active baseline side by side, so that a tick reads one row
-- for each tenant. `tangent_limit` is the tan(angle) at which a snapshot is flagged. Vectors of different spaces are never
-- compared: a snapshot of another space than the tenant's is not scored.
create table fuse.scoring (
  tenant_id text primary key,
  version integer not null,
  space text not null,
  tangent_limit real not null,
  centroids extensions.vector(64)[] not null,
  foreign key (tenant_id, version) references fuse.baselines on delete cascade
);

-- What people said of a snapshot: `fine` suppresses what resembles it until it expires, `incident` keeps its minutes out of
-- the baseline. `v` is a copy: feedback outlives the snapshot.
create table fuse.feedback (
  id text primary key default 'fbk_' || replace(gen_random_uuid()::text, '-', ''),
  tenant_id text not null,
  verdict text not null check (verdict in ('fine', 'incident')),
  from_at timestamptz not null,
  to_at timestamptz not null,
  space text not null,
  v extensions.vector(64) not null,
  note text,
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index feedback_by_tenant on fuse.feedback (tenant_id, expires_at);

-- Times of expected change: nobody is alerted, and the baseline learns from them only when it is told to.
create table fuse.maintenance_windows (
  id text primary key default 'mnt_' || replace(gen_random_uuid()::text, '-', ''),
  tenant_id text not null,
  from_at timestamptz not null,
  to_at timestamptz not null,
  learn boolean not null,
  note text,
  created_by text not null,
  created_at timestamptz not null,
  check (to_at > from_at)
);
create index maintenance_by_tenant on fuse.maintenance_windows (tenant_id, to_at);

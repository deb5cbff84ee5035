-- Vectors of texts that an embedder was asked for before, by the SHA-256 of the text: behaviour recurs, and a text names no
-- tenant, so that what one tenant did is at hand for all. `used_at` is right to a day.
create table fuse.embeddings (
  space text not null,
  hash bytea not null,
  v extensions.vector(64) not null,
  used_at timestamptz not null,
  primary key (space, hash)
);
create index embeddings_by_use on fuse.embeddings (used_at);

-- What confirmed incidents of all tenants looked like: breakers that opened, and snapshots people called an incident.
-- `v` is made by fuse.incident_direction; `strength` is that of the snapshot.
create table fuse.incident_snapshots (
  id text primary key,
  tenant_id text not null,
  rule text not null,
  at timestamptz not null,
  space text not null,
  v extensions.vector(64) not null,
  strength real not null
);

-- The one search over all tenants, and so the one that grows with the installation. Of one space: an index over several
-- finds neighbours first and filters then, and of a rare space gives up before it has enough (1 of 5 answers, measured).
create index incident_snapshots_by_likeness on fuse.incident_snapshots using hnsw (v extensions.vector_cosine_ops) where space = 'features';
create index incident_snapshots_by_space on fuse.incident_snapshots (space) where space <> 'features';

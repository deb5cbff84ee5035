-- What scoring keeps beside the vectors.

-- Eight centroids are 2.1 kB: Postgres would compress them and unpack them again at every tick, which takes longer than the
-- distances (54,000 against 142,000 tenants a second). Plain keeps them in the row as they are.
alter table fuse.scoring alter column centroids set storage plain;
alter table fuse.scoring add constraint one_to_eight_centroids check (cardinality(centroids) between 1 and 8);

-- The farthest of the judged snapshots, in units of the limit at its time.
alter table fuse.feedback add column strength real not null;

-- The snapshots a feedback judged: one, or the flagged minutes of an alert. An anomaly turns the vector on its way: its
-- first minute shows in the short windows only. So all of the way is kept, as copies that outlive the snapshots. Vectors
-- of different baselines are not comparable: with a new version they are made anew of `raw`.
create table fuse.judged_snapshots (
  feedback_id text not null references fuse.feedback on delete cascade,
  at timestamptz not null,
  baseline_version integer not null,
  raw real[] not null,
  v extensions.vector(64) not null,
  strength real not null,
  primary key (feedback_id, at)
);

-- A tenant may have a baseline in two spaces: always `features`, beside it that of a text embedder. Which one a snapshot is
-- scored against is decided tick by tick: an embedder that does not answer must not leave a tick unscored.

alter table fuse.scoring drop constraint scoring_pkey;
alter table fuse.scoring add primary key (tenant_id, space);

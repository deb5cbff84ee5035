-- What an audit entry is about beside tenant and incident: the id of an action, notification, command, key, reservation or
-- queued call; null: nothing with an id of its own.
alter table fuse.audit_entries add column subject_id text;
create index audit_by_subject on fuse.audit_entries (subject_id, sequence) where subject_id is not null;

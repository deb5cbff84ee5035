-- Usage events know the trigger that started the execution they belong to, as far as it was told.
alter table fuse.usage_events add column trigger_name text;

-- An audit entry stays as it was written: no update, no delete, no truncate, by nobody, the owner included. "Always": also
-- in a session whose triggers are switched off as those of a replica are.
create function fuse.refuse_audit_change() returns trigger
language plpgsql set search_path = fuse, pg_temp as $$
begin
  raise exception 'the audit is append-only: % is refused', tg_op using errcode = 'insufficient_privilege';
end $$;

create trigger audit_is_append_only
before update or delete or truncate on fuse.audit_entries
for each statement execute function fuse.refuse_audit_change();
alter table fuse.audit_entries enable always trigger audit_is_append_only;

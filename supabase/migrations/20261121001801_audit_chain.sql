-- The hash chain of the audit: entry by entry in the order in which transactions ended, without gaps.
--   entry_hash = sha256(canonical text of the entry), hash = sha256(hash of the position before || entry_hash)
-- where the position before the first has a hash of 32 zero bytes. Who changes, removes, adds or moves an entry has to write
-- every later hash anew, and cannot change the hash that somebody has noted since.
create table fuse.audit_chain (
  position bigint primary key,
  sequence bigint not null unique,
  entry_hash bytea not null,
  hash bytea not null
);

-- The canonical text of an entry: what its hash is of. JSON as Postgres writes jsonb, its instant in UTC to the microsecond.
create function fuse.audit_text(p_entry fuse.audit_entries) returns text
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select jsonb_build_object(
    'sequence', p_entry.sequence, 'at', to_char(p_entry.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'actor', p_entry.actor, 'action', p_entry.event, 'tenantId', p_entry.tenant_id, 'incidentId', p_entry.incident_id,
    'subjectId', p_entry.subject_id, 'detail', p_entry.detail)::text
$$;

-- Puts an entry at the end of the chain. Its lock is the last one a transaction takes, for the trigger is deferred: whoever
-- holds it waits for nothing but its own commit, so that no two can wait for each other.
-- Security definer: nobody else writes into the chain, the service neither.
create function fuse.chain_audit_entry() returns trigger
language plpgsql security definer set search_path = fuse, extensions, pg_temp as $$
declare
  v_position bigint;
  v_hash bytea;
  v_entry_hash constant bytea := sha256(convert_to(audit_text(new), 'UTF8'));
begin
  perform pg_advisory_xact_lock(hashtextextended('fuse.audit_chain', 0));
  select position, hash into v_position, v_hash from audit_chain order by position desc limit 1;
  insert into audit_chain values (
    coalesce(v_position, 0) + 1, new.sequence, v_entry_hash,
    sha256(coalesce(v_hash, decode(repeat('00', 32), 'hex')) || v_entry_hash));

  return null;
end $$;

-- "Always": also in a session whose triggers are switched off as those of a replica are.
create constraint trigger audit_is_chained after insert on fuse.audit_entries
deferrable initially deferred for each row execute function fuse.chain_audit_entry();
alter table fuse.audit_entries enable always trigger audit_is_chained;

create trigger chain_is_append_only
before update or delete or truncate on fuse.audit_chain
for each statement execute function fuse.refuse_audit_change();
alter table fuse.audit_chain enable always trigger chain_is_append_only;

-- Entries from before there was a chain, as they were written.
do $$
declare
  v_entry fuse.audit_entries;
  v_position bigint := 0;
  v_entry_hash bytea;
  v_hash bytea := decode(repeat('00', 32), 'hex');
begin
  for v_entry in select * from fuse.audit_entries order by sequence loop
    v_position := v_position + 1;
    v_entry_hash := sha256(convert_to(fuse.audit_text(v_entry), 'UTF8'));
    v_hash := sha256(v_hash || v_entry_hash);
    insert into fuse.audit_chain values (v_position, v_entry.sequence, v_entry_hash, v_hash);
  end loop;
end $$;

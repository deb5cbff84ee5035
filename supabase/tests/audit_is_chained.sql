-- Every audit entry has its place in the chain, nobody writes places by hand, and verify finds what was tampered with.
begin;
create extension if not exists pgtap with schema extensions;
set local search_path to public, extensions;
select plan(12);

set local role service_role;
insert into fuse.audit_entries (at, actor, event, subject_id, detail)
select now(), 'tap', 'tap.chained', 'tap_' || n, '{}' from generate_series(1, 3) n;
set constraints all immediate;
set constraints all deferred;
select is(
  (select count(*) from fuse.audit_chain c join fuse.audit_entries e using (sequence) where e.event = 'tap.chained'),
  3::bigint, 'an entry of the service gets its place');
select throws_ok(
  $$ insert into fuse.audit_chain values (0, 0, '', '') $$, '42501', null, 'the service writes no place itself');
select throws_ok($$ update fuse.audit_chain set hash = '' $$, '42501', null, 'it changes none');
select throws_ok($$ delete from fuse.audit_chain $$, '42501', null, 'it removes none');
reset role;
select throws_ok(
  $$ update fuse.audit_chain set hash = '' $$, '42501', 'the audit is append-only: UPDATE is refused',
  'the owner changes none');
select throws_ok($$ delete from fuse.audit_chain $$, '42501', null, 'the owner removes none');
select throws_ok($$ truncate fuse.audit_chain $$, '42501', null, 'the owner does not empty it');

create temporary view verified as
select fuse.verify_audit(0, repeat('0', 64), 1000000, null, null) as found;
select is((select found->'fault' from verified), 'null'::jsonb, 'the chain holds');
select is(
  (select max(position) from fuse.audit_chain), (select count(*) from fuse.audit_chain), 'without gaps');
select is(
  (select hash from fuse.audit_chain where position = 2),
  (select sha256(p.hash || sha256(convert_to(fuse.audit_text(e), 'UTF8')))
    from fuse.audit_chain c join fuse.audit_entries e using (sequence), fuse.audit_chain p
    where c.position = 2 and p.position = 1),
  'each hash is of the one before and of the text of its entry');

alter table fuse.audit_entries disable trigger audit_is_append_only;
update fuse.audit_entries set actor = 'somebody else' where subject_id = 'tap_2';
select is((select found->'fault'->>'kind' from verified), 'changed', 'a changed entry is found');
delete from fuse.audit_entries where subject_id = 'tap_2';
select is((select found->'fault'->>'kind' from verified), 'missing', 'a removed one, too');

select * from finish();
rollback;

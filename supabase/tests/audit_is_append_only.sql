-- Nobody changes or removes an audit entry: not the service, and not the owner.
begin;
create extension if not exists pgtap with schema extensions;
set local search_path to public, extensions;
select plan(12);

insert into fuse.audit_entries (at, actor, event, detail) values (now(), 'tap', 'tap.written', '{}');
-- Its place in the chain is written when the transaction ends: now, so that nothing is pending.
set constraints all immediate;
set constraints all deferred;

select throws_ok(
  $$ update fuse.audit_entries set actor = 'somebody else' where event = 'tap.written' $$,
  '42501', 'the audit is append-only: UPDATE is refused', 'the owner changes no entry');
select throws_ok(
  $$ update fuse.audit_entries set actor = 'somebody else' where false $$,
  '42501', null, 'not even none');
select throws_ok(
  $$ delete from fuse.audit_entries where event = 'tap.written' $$,
  '42501', 'the audit is append-only: DELETE is refused', 'the owner removes no entry');
select throws_ok(
  $$ truncate fuse.audit_entries $$,
  '42501', 'the audit is append-only: TRUNCATE is refused', 'the owner does not empty it');
select throws_ok(
  $$ truncate fuse.tenants, fuse.audit_entries cascade $$,
  '42501', null, 'nor together with another table');
select throws_ok(
  $$ insert into fuse.audit_entries (sequence, at, actor, event, detail) overriding system value
    select sequence, now(), 'somebody else', 'tap.other', '{}' from fuse.audit_entries where event = 'tap.written'
    on conflict (sequence) do update set actor = excluded.actor $$,
  '42501', null, 'nor does an insert that would update');
select is(
  (select tgenabled from pg_trigger where tgrelid = 'fuse.audit_entries'::regclass and tgname = 'audit_is_append_only'),
  'A', 'also in a session that takes itself for a replica');

set local role service_role;
select lives_ok(
  $$ insert into fuse.audit_entries (at, actor, event, detail) values (now(), 'tap', 'tap.service', '{}') $$,
  'the service writes entries');
select throws_ok(
  $$ update fuse.audit_entries set actor = 'somebody else' $$, '42501', null, 'the service changes none');
select throws_ok($$ delete from fuse.audit_entries $$, '42501', null, 'the service removes none');
select throws_ok($$ truncate fuse.audit_entries $$, '42501', null, 'the service does not empty it');
reset role;

select fuse.prune(now() + interval '10 years');
select is(
  (select count(*) from fuse.audit_entries where event in ('tap.written', 'tap.service') and actor = 'tap'),
  2::bigint, 'clearing out what is old leaves them');

select * from finish();
rollback;

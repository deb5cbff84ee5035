-- Nobody but the service writes, wherever row level security is looked at: every table has it.
begin;
create extension if not exists pgtap with schema extensions;
set local search_path to public, extensions;
select plan(13);

create temporary view fuse_tables as
select c.oid, c.oid::regclass as name, c.relrowsecurity, c.relispartition from pg_class c
where c.relnamespace = 'fuse'::regnamespace and c.relkind in ('r', 'p');

set local role service_role;
select lives_ok(
  $$ select fuse.open_usage_days(jsonb_build_array(current_date, current_date + 1)) $$,
  'the service opens days of usage, though it may make no tables');
select throws_ok($$ create table fuse.own (id text) $$, '42501', null, 'it makes none itself');
reset role;

select is_empty(
  $$ select name from fuse_tables where not relrowsecurity $$, 'every table, and every partition, has row level security');
select is_empty(
  $$ select t.name, a.grantee::regrole, a.privilege_type
    from fuse_tables t join pg_class c using (oid), aclexplode(c.relacl) a
    where a.grantee <> c.relowner and a.grantee not in ('service_role'::regrole, 'fuse_service'::regrole)
      and not (a.grantee = 'fuse_tenant'::regrole and a.privilege_type = 'SELECT') $$,
  'nobody else has a right to any table, but for tenants who read some');
select is_empty(
  $$ select t.name, role from fuse_tables t, unnest(array['service_role', 'fuse_service']) role
    where t.name not in ('fuse.schema_migrations'::regclass, 'fuse.audit_entries'::regclass)
      and t.name <> 'fuse.audit_chain'::regclass
      and not (has_table_privilege(role, t.oid, 'select') and has_table_privilege(role, t.oid, 'insert')
        and has_table_privilege(role, t.oid, 'update') and has_table_privilege(role, t.oid, 'delete')) $$,
  'the service reads and writes every table');
select is_empty(
  $$ select t.name, role from fuse_tables t, unnest(array['service_role', 'fuse_service']) role
    where has_table_privilege(role, t.oid, 'truncate') or has_table_privilege(role, t.oid, 'trigger') $$,
  'it empties none at once, and puts no triggers on them');
select is_empty(
  $$ select t.name from fuse_tables t
    where not t.relispartition
      and not exists (select from pg_policy p where p.polrelid = t.oid and p.polname = 'service_does_all') $$,
  'every table lets fuse_service through, which does not bypass policies; partitions are reached through their table');
select is_empty(
  $$ select c.oid::regclass from pg_class c
    where c.relnamespace = 'fuse'::regnamespace and c.relkind = 'v'
      and not coalesce('security_invoker=true' = any (c.reloptions), false) $$,
  'no view reads with the rights of its owner');

set local role service_role;
select lives_ok(
  $$ select fuse.put_tenant('tap-tenant', 'pro', 'tap', now()) $$, 'the secret key of a project writes');
reset role;
set local role fuse_service;
select lives_ok(
  $$ select fuse.put_tenant('tap-tenant', 'free', 'tap', now()) $$, 'so does fuse_service');
reset role;
set local role fuse_tenant;
set local request.jwt.claims to '{"tenant_id": "tap-tenant"}';
select throws_ok(
  $$ update fuse.tenant_settings set plan = 'pro' $$, '42501', null, 'a tenant does not change its plan');
select throws_ok(
  $$ insert into fuse.tenants values ('tap-tenant', now(), now()) $$, '42501', null, 'a tenant adds nothing');
select throws_ok(
  $$ select fuse.put_tenant('tap-tenant', 'pro', 'tap', now()) $$, '42501', null, 'nor through a function');
reset role;

select * from finish();
rollback;

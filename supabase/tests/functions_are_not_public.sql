-- What is in schema fuse is called by the service, a part of it by tenants, and nothing of it by anybody else.
begin;
create extension if not exists pgtap with schema extensions;
set local search_path to public, extensions;
select plan(11);

select schema_privs_are('fuse', 'anon', array[]::text[], 'anon may not look into the schema');
select schema_privs_are('fuse', 'authenticated', array[]::text[], 'nor may people who signed in');
select is_empty(
  $$ select p.oid::regprocedure, a.grantee::regrole from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
    where p.pronamespace = 'fuse'::regnamespace
      and (a.grantee = 0 or a.grantee in (to_regrole('anon'), to_regrole('authenticated'))) $$,
  'no function is everybody''s');
select is_empty(
  $$ select p.oid::regprocedure from pg_proc p where p.pronamespace = 'fuse'::regnamespace
      and p.proname <> 'secure_schema' and not has_function_privilege('service_role', p.oid, 'execute') $$,
  'the service calls all of them');
select is_empty(
  $$ select p.oid::regprocedure from pg_proc p where p.pronamespace = 'fuse'::regnamespace
      and p.proname <> 'secure_schema' and not has_function_privilege('fuse_service', p.oid, 'execute') $$,
  'also where the service is fuse_service');
select is(
  has_function_privilege('service_role', 'fuse.secure_schema()', 'execute'), false, 'who may do what is the owner''s to say');
select bag_eq(
  $$ select p.proname::text from pg_proc p
    where p.pronamespace = 'fuse'::regnamespace and has_function_privilege('fuse_tenant', p.oid, 'execute') $$,
  array[
    'current_tenant', 'focus_report', 'get_tenant', 'incident_document', 'list_alerts', 'list_incidents', 'list_usage',
    'search_audit', 'spend_report', 'tenant_spend'],
  'a tenant calls what reads its own rows');
select is_empty(
  $$ select p.oid::regprocedure from pg_proc p
    where p.pronamespace = 'fuse'::regnamespace and p.provolatile = 'v'
      and has_function_privilege('fuse_tenant', p.oid, 'execute') $$,
  'and nothing that writes');
select is_empty(
  $$ select p.oid::regprocedure from pg_proc p
    where p.pronamespace = 'fuse'::regnamespace and p.prosecdef
      and has_function_privilege('fuse_tenant', p.oid, 'execute') $$,
  'none of it runs with the rights of its owner');
select bag_eq(
  $$ select p.proname::text from pg_proc p where p.pronamespace = 'fuse'::regnamespace and p.prosecdef $$,
  array['chain_audit_entry', 'drop_usage_days', 'open_usage_days', 'schema_version'],
  'four do: two make and drop tables, one reads the list of the Supabase CLI, one writes the chain of the audit');
set local role anon;
select throws_ok($$ select fuse.outbox_summary() $$, '42501', 'permission denied for schema fuse', 'anon calls nothing');
reset role;

select * from finish();
rollback;

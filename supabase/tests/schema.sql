-- The schema is there, whole and at the version of its files.
begin;
create extension if not exists pgtap with schema extensions;
set local search_path to public, extensions;
select no_plan();

select has_schema('fuse');
select has_extension('extensions', 'vector', 'pgvector is in schema extensions');
select has_table('fuse', name, format('table %s', name))
from unnest(array[
  'usage_events', 'tenants', 'breakers', 'incidents', 'actions', 'alerts', 'audit_entries', 'webhooks', 'outbox',
  'service_keys', 'limits', 'queued_calls', 'price_rates', 'reconciliations', 'snapshots', 'baselines', 'centroids',
  'scoring', 'feedback', 'maintenance_windows', 'audit_chain', 'virtual_keys']) as name;
select has_function('fuse', name, format('function %s', name))
from unnest(array[
  'record_usage', 'tenant_spend', 'open_incident', 'set_breaker', 'raise_alert', 'score_snapshots', 'search_audit',
  'schema_version', 'current_tenant', 'secure_schema', 'verify_audit', 'export_audit', 'revoke_virtual_keys',
  'restore_virtual_keys']) as name;
select is_empty(
  $$ select c.relname from pg_class c
    where c.relnamespace = 'fuse'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and not exists (select from pg_constraint where conrelid = c.oid and contype = 'p') $$,
  'every table has a primary key');
select is_empty(
  $$ select proname from pg_proc where pronamespace = 'fuse'::regnamespace group by proname having count(*) > 1 $$,
  'no two functions share a name: called by the names of arguments one could be taken for the other');
select is_empty(
  $$ select proname from pg_proc
    where pronamespace = 'fuse'::regnamespace
      and not exists (select from unnest(proconfig) setting where setting like 'search\_path=%pg\_temp') $$,
  'every function says where it looks names up, and in pg_temp last');
select is_empty(
  $$ select a.attrelid::regclass, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'fuse'::regnamespace and c.relkind in ('r', 'p') and a.attname like '%micro\_cents'
      and a.atttypid not in ('bigint'::regtype, 'numeric'::regtype) $$,
  'money is whole micro-cents');
select ok(fuse.schema_version()->>'version' >= '20261121001689', 'its version is told');

select * from finish();
rollback;

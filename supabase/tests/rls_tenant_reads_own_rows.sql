-- A tenant-bound role reads the rows of its tenant in every table that it may read at all, and those of nobody else.
begin;
create extension if not exists pgtap with schema extensions;
set local search_path to public, extensions;
select plan(12);

create temporary table readable as
select c.oid::regclass as name, 'tenant_id' as tenant_column
from pg_class c
where c.relnamespace = 'fuse'::regnamespace and c.relkind in ('r', 'p') and has_table_privilege('fuse_tenant', c.oid, 'select');
grant select on readable to fuse_tenant;

-- A row of the tenant in a table: every column that needs a value gets one of its type.
create function pg_temp.plant(p_table regclass, p_tenant text) returns void language plpgsql as $$
declare
  v_columns text;
  v_values text;
begin
  select string_agg(quote_ident(attname), ', '), string_agg(case
    when atttypid in ('timestamptz'::regtype, 'date'::regtype) then 'now()'
    when atttypid = 'boolean'::regtype then 'false'
    when atttypid in ('json'::regtype, 'jsonb'::regtype) then quote_literal('[]')
    when atttypid = 'vector'::regtype then format('array_fill(1, array[64])::vector')
    when atttypid = 'vector[]'::regtype then format('array[array_fill(1, array[64])::vector]')
    when format_type(atttypid, null) like '%[]' then quote_literal('{}')
    when atttypid = 'text'::regtype then quote_literal(p_tenant)
    else '1' end, ', ')
  into v_columns, v_values
  from pg_attribute
  where attrelid = p_table and attnum > 0 and not attisdropped and attidentity = '' and attgenerated = ''
    and (attnotnull or attname = 'tenant_id') and (not atthasdef or attname = 'id');
  execute format('insert into %s (%s) values (%s)', p_table, v_columns, v_values);
end $$;

-- Which tenants' rows the current role sees in a table.
create function pg_temp.seen(p_table regclass, p_column text) returns text[] language plpgsql as $$
declare
  v_tenants text[];
begin
  execute format('select array_agg(distinct %I order by %1$I) from %s', p_column, p_table) into v_tenants;
  return v_tenants;
end $$;

-- The values planted are of the right type and no more: what else they have to be is not looked at here.
do $$
declare
  v_constraint record;
begin
  for v_constraint in
    select conrelid::regclass as name, conname from pg_constraint
    where connamespace = 'fuse'::regnamespace and contype in ('f', 'c') and coninhcount = 0
  loop
    execute format('alter table %s drop constraint %I', v_constraint.name, v_constraint.conname);
  end loop;
end $$;
select pg_temp.plant(name, tenant) from readable, unnest(array['acme', 'beta']) as tenant;

select cmp_ok((select count(*) from readable), '>=', 14::bigint, 'a tenant reads a part of the tables');
select is_empty(
  $$ select name from readable where pg_temp.seen(name, tenant_column) <> '{acme,beta}' $$, 'the owner sees all rows');

set local role fuse_tenant;
select is_empty(
  $$ select name from readable where pg_temp.seen(name, tenant_column) is not null $$, 'without a tenant there are no rows');
set local fuse.tenant_id to 'acme';
select is_empty(
  $$ select name from readable where pg_temp.seen(name, tenant_column) is distinct from '{acme}' $$,
  'with the setting fuse.tenant_id there are the rows of that tenant, in every table');
set local request.jwt.claims to '{"role": "fuse_tenant", "tenant_id": "beta"}';
select is_empty(
  $$ select name from readable where pg_temp.seen(name, tenant_column) is distinct from '{beta}' $$,
  'a token says more than the setting');
set local request.jwt.claims to '{"role": "fuse_tenant"}';
select is_empty(
  $$ select name from readable where pg_temp.seen(name, tenant_column) is not null $$,
  'a token without a tenant has no rows, whatever the setting says');

set local request.jwt.claims to '{"role": "fuse_tenant", "tenant_id": "acme"}';
select is(jsonb_array_length(fuse.list_incidents(null, 10, null)), 1, 'functions list the tenant''s incidents only');
select is(fuse.incident_document('beta'), null, 'the incident of another tenant is not there');
select is((fuse.tenant_spend('beta', now() - interval '1 day', now() + interval '1 day')->>'requests')::integer, 0,
  'nor is what another tenant spent');
select is((fuse.tenant_spend('acme', now() - interval '1 day', now() + interval '1 day')->>'requests')::integer, 1,
  'its own is');
select throws_ok($$ select * from fuse.service_keys $$, '42501', null, 'hashes of keys are nobody''s to read');
select throws_ok($$ select * from fuse.queued_calls $$, '42501', null, 'nor are the addresses that resume a call');
reset role;

select * from finish();
rollback;

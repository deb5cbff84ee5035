-- Tenants whose recorded use was changed and whose counts have not heard of it yet: written with the change, deleted when
-- it is counted. What a service leaves here that was killed in between, another one counts, or the same one after a start.
create table fuse.counts_due (
  -- The request that changed it.
  run text not null,
  tenant_id text not null,
  at timestamptz not null,
  primary key (run, tenant_id)
);

-- Changes made before p_before that are not counted. Result: [{run, tenantIds}].
create function fuse.counts_due(p_before timestamptz) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  with due as (
    select run, jsonb_agg(tenant_id order by tenant_id) as tenant_ids from counts_due where at < p_before group by run
  )
  select coalesce(jsonb_agg(jsonb_build_object('run', run, 'tenantIds', tenant_ids) order by run), '[]') from due
$$;

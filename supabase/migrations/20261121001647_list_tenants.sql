-- Tenants by id. p_search: those of them whose id contains this text, whatever its case, also tenants that never used
-- anything but were put on a plan. p_since: those with usage since then. p_tenant_id: this one only. p_after: those behind
-- this id. What is null does not filter.
-- Result: [{tenantId, lastAt (epoch ms) or null, baselineVersion in use or null}].
create or replace function fuse.list_tenants(
  p_tenant_id text, p_search text, p_since timestamptz, p_after text, p_limit integer
) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  with page as (
    select tenant_id, t.last_at
    from tenants t full join tenant_settings s using (tenant_id)
    where (p_tenant_id is null or tenant_id = p_tenant_id)
      and (p_search is null or position(lower(p_search) in lower(tenant_id)) > 0)
      and (p_since is null or t.last_at >= p_since)
      and (p_after is null or tenant_id collate "C" > p_after)
    order by tenant_id collate "C" limit p_limit
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'tenantId', tenant_id,
    'lastAt', (extract(epoch from last_at) * 1000)::bigint,
    'baselineVersion', (select version from scoring s where s.tenant_id = page.tenant_id and s.space = 'features')
  ) order by tenant_id collate "C"), '[]')
  from page
$$;

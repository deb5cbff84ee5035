-- A tenant's plan and usage. Result: {plan or null, firstAt, lastAt} (epoch ms of its first and last event, or null).
create function fuse.get_tenant(p_tenant_id text) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select jsonb_build_object(
    'plan', (select plan from tenant_settings where tenant_id = p_tenant_id),
    'firstAt', (extract(epoch from min(first_at)) * 1000)::bigint,
    'lastAt', (extract(epoch from max(last_at)) * 1000)::bigint)
  from tenants where tenant_id = p_tenant_id
$$;

-- Every breaker that was ever set. Result: [{tenantId, breaker, changedAt (epoch ms)}].
create function fuse.load_breakers() returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'tenantId', tenant_id, 'breaker', breaker,
    'changedAt', (extract(epoch from changed_at) * 1000)::bigint)), '[]')
  from breakers
$$;

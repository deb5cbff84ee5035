-- Tenants whose incident is open though the block by hand that held them last has run out: nobody has said that it is over.
-- Result: [tenant id, …].
create function fuse.blocks_over(p_now timestamptz) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select coalesce(jsonb_agg(tenant_id order by tenant_id), '[]')
  from incidents i join breakers b using (tenant_id)
  where i.closed_at is null and i.breaker_opened and b.breaker->>'state' = 'isolated'
    and at_epoch_ms(b.breaker->'until') <= p_now
$$;

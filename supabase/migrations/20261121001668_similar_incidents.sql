-- The incidents of all tenants whose direction is nearest to p_v in cosine distance, nearest first, without p_not.
-- plpgsql, because it plans with the values at hand: the index is of one space. p_limit up to 20: an HNSW search looks at 40.
-- Result: [{id, tenantId, rule, at (epoch ms), distance}].
create function fuse.similar_incidents(p_v extensions.vector, p_space text, p_not text, p_limit integer) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp as $$
declare
  v_found jsonb;
begin
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', n.id, 'tenantId', n.tenant_id, 'rule', n.rule, 'at', (extract(epoch from n.at) * 1000)::bigint,
    'distance', n.distance) order by n.distance, n.id), '[]')
  into v_found
  from (
    select i.id, i.tenant_id, i.rule, i.at, i.v <=> p_v as distance
    from incident_snapshots i
    where i.space = p_space and i.id is distinct from p_not
    order by i.v <=> p_v limit p_limit
  ) n;
  return v_found;
end $$;

-- A tenant's snapshots in [p_from, p_to) as vectors, with what it is scored against now: what a picture is drawn of. Of more
-- than p_limit snapshots the flagged ones are kept first, then every so-manieth of the others. The space is that of the
-- newest snapshot; those of another one are left out, for their vectors cannot be compared.
-- Result: {version, space, limit (tan of the angle), centroids: [{vector, weight (share of the snapshots) or null}, …], found: how many there are,
-- snapshots: [[at (epoch ms), distance, strength, vector], …] oldest first}; null without a baseline.
create function fuse.tenant_behaviour(
  p_tenant_id text, p_from timestamptz, p_to timestamptz, p_limit integer
) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  with against as (
    select * from scoring where tenant_id = p_tenant_id
    order by space = (
      select space from snapshots where tenant_id = p_tenant_id and at < p_to order by at desc limit 1
    ) desc nulls last, space = 'features' desc
    limit 1
  ),
  found as (
    select s.at, s.distance, s.strength, s.v, row_number() over (order by s.at desc) as nth,
           count(*) over () as total
    from snapshots s join against a on s.tenant_id = a.tenant_id and s.space = a.space
    where s.at >= p_from and s.at < p_to
  ),
  kept as (
    select * from found
    order by strength > 1 desc, (nth % greatest(1, ceil(total::numeric / p_limit)::bigint)) = 1 desc, at desc
    limit p_limit
  )
  select jsonb_build_object(
    'version', a.version, 'space', a.space, 'limit', a.tangent_limit,
    'centroids', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'vector', given.v::text::jsonb, 'weight', c.weight) order by given.nth), '[]')
      from unnest(a.centroids) with ordinality given (v, nth)
      left join centroids c on c.tenant_id = a.tenant_id and c.version = a.version and c.v = given.v),
    'found', coalesce((select max(total) from found), 0),
    'snapshots', (
      select coalesce(jsonb_agg(jsonb_build_array(
        (extract(epoch from at) * 1000)::bigint, distance, strength, v::text::jsonb) order by at), '[]')
      from kept))
  from against a
$$;

-- The stored snapshot of a tenant nearest to p_at, at most five minutes from it, with the scales of the baseline that made it.
-- Result: {at, version, space, raw, vector, distance, strength, scales or null (that baseline is gone)} or null.
create function fuse.snapshot_at(p_tenant_id text, p_at timestamptz) returns json
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select json_build_object(
    'at', s.at, 'version', s.baseline_version, 'space', s.space, 'raw', s.raw, 'vector', s.v::text::json,
    'distance', s.distance, 'strength', s.strength, 'scales', b.scales)
  from snapshots s
  left join baselines b on b.tenant_id = s.tenant_id and b.version = s.baseline_version
  where s.tenant_id = p_tenant_id and s.at between p_at - interval '5 minutes' and p_at + interval '5 minutes'
  order by abs(extract(epoch from s.at - p_at)), s.at
  limit 1
$$;

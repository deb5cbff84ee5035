-- All that is kept of providers; of observations those seen since p_since, at most 10,000, newest first.
-- Result: {settings: [{provider, tier, overrides, changedAt, changedBy}],
--          observations: [{provider, family, limits, throttledUntil in epoch ms or null}]}.
create function fuse.load_providers(p_since timestamptz) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select jsonb_build_object(
    'settings', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'provider', provider, 'tier', tier, 'overrides', overrides,
        'changedAt', changed_at, 'changedBy', changed_by) order by provider), '[]')
      from provider_settings),
    'observations', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'provider', provider, 'family', family, 'limits', limits,
        'throttledUntil', (extract(epoch from throttled_until) * 1000)::bigint) order by seen_at desc), '[]')
      from (
        select * from provider_observations where seen_at >= p_since order by seen_at desc limit 10000
      ) recent))
$$;

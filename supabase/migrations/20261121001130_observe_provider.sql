-- Keeps what a provider's headers said of a family of models, unless something newer is kept, and drops what is 30
-- days old. p_observation: {limits, throttledUntil, seenAt}. Result: {kept}.
create function fuse.observe_provider(p_provider text, p_family text, p_observation jsonb) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_seen timestamptz := (p_observation->>'seenAt')::timestamptz;
  v_kept boolean;
begin
  insert into provider_observations values (
    p_provider, p_family, p_observation->'limits', (p_observation->>'throttledUntil')::timestamptz, v_seen)
  on conflict (provider, family) do update set
    limits = excluded.limits, throttled_until = excluded.throttled_until, seen_at = excluded.seen_at
  where excluded.seen_at >= provider_observations.seen_at;
  v_kept := found;
  delete from provider_observations where seen_at < v_seen - interval '30 days';

  return jsonb_build_object('kept', v_kept);
end $$;

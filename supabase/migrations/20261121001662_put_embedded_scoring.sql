-- Takes a baseline in another space than `features` into use, beside the active one of the same version. With another
-- version active it changes nothing: what was embedded belongs to the scales of its version.
-- p_centroids: ["[1,2,…]", …], at most eight. Result: {stored}.
create function fuse.put_embedded_scoring(
  p_tenant_id text, p_version integer, p_space text, p_tangent_limit real, p_centroids jsonb
) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
begin
  -- Replicas read what changed of the features' row, and with it which spaces there are.
  update scoring set changed_at = clock_timestamp()
  where tenant_id = p_tenant_id and version = p_version and space = 'features';
  if not found then return jsonb_build_object('stored', false); end if;

  insert into scoring (tenant_id, version, space, tangent_limit, centroids, theta, refresh_after, held_until)
  select tenant_id, version, p_space, p_tangent_limit,
         (select array_agg(c::vector(64)) from jsonb_array_elements_text(p_centroids) c),
         theta, refresh_after, held_until
  from scoring where tenant_id = p_tenant_id and space = 'features'
  on conflict (tenant_id, space) do update
  set version = excluded.version, tangent_limit = excluded.tangent_limit, centroids = excluded.centroids,
      theta = excluded.theta, changed_at = excluded.changed_at, refresh_after = excluded.refresh_after,
      held_until = excluded.held_until;
  return jsonb_build_object('stored', true);
end $$;

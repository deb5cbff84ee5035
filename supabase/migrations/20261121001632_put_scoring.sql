-- Makes a stored version the one a tenant is scored against, within the caller's transaction: in the space of the features.
-- What was embedded with the version before goes; it belongs to the scales of that version.
-- p_scoring: {tangentLimit, theta, refreshAfter (ISO)}; p_held_until: no earlier than this may a job replace it, or null.
create function fuse.put_scoring(p_tenant_id text, p_version integer, p_scoring jsonb, p_held_until timestamptz)
returns void
language plpgsql set search_path = fuse, extensions, pg_temp as $$
begin
  delete from scoring where tenant_id = p_tenant_id;
  insert into scoring (tenant_id, version, space, tangent_limit, centroids, theta, changed_at, refresh_after, held_until)
  select p_tenant_id, p_version, 'features', (p_scoring->>'tangentLimit')::real,
         (select array_agg(v order by k) from centroids where tenant_id = p_tenant_id and version = p_version),
         (p_scoring->>'theta')::real, clock_timestamp(), (p_scoring->>'refreshAfter')::timestamptz, p_held_until;
end $$;

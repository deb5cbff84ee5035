-- The tenant that fuse_tenant reads for: the claim tenant_id of the token when the call came with one (PostgREST), else the
-- setting fuse.tenant_id of the session or transaction. Null: no tenant, and no rows.
-- A token without the claim is no tenant, whatever the setting says.
create function fuse.current_tenant() returns text
language sql stable set search_path = fuse, pg_temp as $$
  select case
    when coalesce(current_setting('request.jwt.claims', true), '') <> ''
      then nullif(current_setting('request.jwt.claims', true)::jsonb->>'tenant_id', '')
    else nullif(current_setting('fuse.tenant_id', true), '')
  end
$$;

-- The past incidents that an incident is like, or (p_id null) that the tenant's newest snapshot up to p_at is like; a
-- snapshot older than ten minutes says nothing of that moment. p_tenant_id: only incidents of that tenant may be asked
-- about; null: any. Null when there is nothing to compare. Result: as similar_incidents.
create function fuse.incidents_like(p_id text, p_tenant_id text, p_at timestamptz, p_limit integer) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp as $$
declare
  v_vector vector;
  v_space text;
begin
  if p_id is not null then
    select v, space into v_vector, v_space from incident_snapshots
    where id = p_id and (p_tenant_id is null or tenant_id = p_tenant_id);
  else
    select incident_direction(v, space), space into v_vector, v_space from snapshots
    where tenant_id = p_tenant_id and at between p_at - interval '10 minutes' and p_at
    order by at desc limit 1;
  end if;
  if v_vector is null then return null; end if;

  return similar_incidents(v_vector, v_space, p_id, p_limit);
end $$;

-- Deletes a time of expected change; one under way ends with it. Result: {deleted}.
create function fuse.delete_maintenance_window(p_tenant_id text, p_id text, p_actor text, p_now timestamptz)
returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_was maintenance_windows;
begin
  delete from maintenance_windows where tenant_id = p_tenant_id and id = p_id returning * into v_was;
  if not found then
    return jsonb_build_object('deleted', false);
  end if;
  insert into audit_entries (at, actor, event, tenant_id, detail)
  values (p_now, p_actor, 'maintenance.deleted', p_tenant_id, maintenance_document(v_was));

  return jsonb_build_object('deleted', true);
end $$;

-- Takes back what was said of a tenant's snapshot: from the next tick on it suppresses nothing. Result: {deleted}.
create function fuse.delete_feedback(p_tenant_id text, p_id text, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_was feedback;
begin
  delete from feedback where tenant_id = p_tenant_id and id = p_id returning * into v_was;
  if not found then
    return jsonb_build_object('deleted', false);
  end if;
  insert into audit_entries (at, actor, event, tenant_id, detail)
  values (p_now, p_actor, 'feedback.deleted', p_tenant_id, feedback_document(v_was));

  return jsonb_build_object('deleted', true);
end $$;

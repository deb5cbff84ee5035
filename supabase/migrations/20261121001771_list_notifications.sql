-- Messages to people, newest first: of one tenant, about one incident or alert, in one state, or (null) any.
-- p_after: those behind the message of this id. Result: [notification_document, …].
create function fuse.list_notifications(
  p_tenant_id text, p_subject_id text, p_state text, p_after text, p_limit integer
) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp as $$
begin
  return (
    select coalesce(jsonb_agg(notification_document(n) order by created_at desc, id desc), '[]')
    from (
      select * from notifications
      where (p_tenant_id is null or tenant_id = p_tenant_id) and (p_subject_id is null or subject_id = p_subject_id)
        and (p_state is null or state = p_state)
        and (p_after is null or (created_at, id) < (select created_at, id from notifications where id = p_after))
      order by created_at desc, id desc limit p_limit) n);
end $$;

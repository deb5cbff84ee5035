-- Containment steps as action_document, newest first, those of one incident in the order of the ladder; filtered by what
-- is not null. p_after: those behind the step of this id; behind one that does not exist there is none.
-- Result: [action_document, …].
create function fuse.list_actions(
  p_incident_id text, p_tenant_id text, p_state text, p_after text, p_limit integer
) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp as $$
declare
  v_after actions;
  v_page jsonb;
begin
  select * into v_after from actions where id = p_after;
  -- Planned with the values given: the index that fits depends on which of them are null.
  execute $query$
    with page as (
      select a from actions a
      where ($1 is null or a.incident_id = $1) and ($2 is null or a.tenant_id = $2) and ($3 is null or a.state = $3)
        and ($4 is null or (a.created_at, -a.position, a.id) < ($5, -$6, $4))
      order by a.created_at desc, a.position, a.id desc limit $7
    )
    select coalesce(jsonb_agg(action_document(a) order by (a).created_at desc, (a).position, (a).id desc), '[]')
    from page
  $query$ into v_page
  using p_incident_id, p_tenant_id, p_state, p_after, v_after.created_at, v_after.position, p_limit;

  return v_page;
end $$;

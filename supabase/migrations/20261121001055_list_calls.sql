-- Queued calls in the order of their rank, filtered by what is not null. p_id: this one only. p_after_rank, p_after_id:
-- those behind the call of this rank and id.
-- Result: [queued_call_document, …].
create function fuse.list_calls(
  p_id text, p_tenant_id text, p_lane text, p_state text, p_after_rank timestamptz, p_after_id text, p_limit integer
) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp as $$
declare
  v_calls jsonb;
begin
  -- Planned with the values given: the index that fits depends on which of them are null.
  execute $query$
    with page as (
      select q from queued_calls q
      where ($1 is null or id = $1) and ($2 is null or tenant_id = $2) and ($3 is null or lane = $3)
        and ($4 is null or state = $4) and ($5 is null or (rank_at, id) > ($5, $6))
      order by rank_at, id limit $7
    )
    select coalesce(jsonb_agg(queued_call_document(q) order by (q).rank_at, (q).id), '[]') from page
  $query$ into v_calls using p_id, p_tenant_id, p_lane, p_state, p_after_rank, p_after_id, p_limit;

  return v_calls;
end $$;

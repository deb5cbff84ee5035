-- Ends claims without a decision: not now. Only those p_worker still has.
-- p_calls: [{id, nextTryAt (ISO), blockedBy, mayHold, renumber}]; mayHold: a hold of it may exist; renumber: its
-- reservation came to an end, the next try is for a new one.
-- p_blocks: [{counterId, rankAt, until}] (ISO): counters without room, and the rank of the first call that waits for them.
create function fuse.put_back(p_worker text, p_calls jsonb, p_blocks jsonb) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
begin
  perform from queued_calls
  where id = any (array(select value->>'id' from jsonb_array_elements(p_calls))) order by id for update;

  update queued_calls q
  set claimed_by = null, claimed_until = null, next_try_at = (given.call->>'nextTryAt')::timestamptz,
      blocked_by = array(select jsonb_array_elements_text(given.call->'blockedBy')),
      may_hold = (given.call->>'mayHold')::boolean,
      generation = generation + case when (given.call->>'renumber')::boolean then 1 else 0 end
  from jsonb_array_elements(p_calls) as given(call)
  where q.id = given.call->>'id' and q.state = 'waiting' and q.claimed_by = p_worker;

  insert into queue_blocks as b (counter_id, rank_at, until)
  select "counterId", "rankAt", until
  from jsonb_to_recordset(p_blocks) as given("counterId" text, "rankAt" timestamptz, until timestamptz)
  order by "counterId"
  on conflict (counter_id) do update set until = excluded.until, rank_at = excluded.rank_at;

  return jsonb_build_object('putBack', true);
end $$;

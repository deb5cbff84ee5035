-- Gives up telling a call its answer: it becomes a dead letter. Only when p_worker still has it.
-- p_may_have_arrived: the receiver may know the answer all the same.
create function fuse.kill_call(
  p_worker text, p_id text, p_now timestamptz, p_error text, p_may_have_arrived boolean
) returns jsonb
language sql set search_path = fuse, extensions, pg_temp as $$
  update queued_calls
  set state = 'dead', finished_at = p_now, claimed_by = null, last_error = p_error,
      may_have_arrived = p_may_have_arrived
  where id = p_id and state = 'releasing' and claimed_by = p_worker;
  select jsonb_build_object('killed', true)
$$;

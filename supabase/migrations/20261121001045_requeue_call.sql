-- A call that was allowed and has no hold any more before it heard of it waits again, in its old place, for a new
-- reservation; from p_next_try_at on. Only when p_worker still has it.
create function fuse.requeue_call(p_worker text, p_id text, p_next_try_at timestamptz, p_error text) returns jsonb
language sql set search_path = fuse, extensions, pg_temp as $$
  update queued_calls
  set state = 'waiting', outcome = null, answer = null, reservation_id = null, decided_at = null,
      generation = generation + 1, may_hold = false, attempts = 0, may_have_arrived = false,
      claimed_by = null, next_try_at = p_next_try_at, last_error = p_error
  where id = p_id and state = 'releasing' and claimed_by = p_worker;
  select jsonb_build_object('requeued', true)
$$;

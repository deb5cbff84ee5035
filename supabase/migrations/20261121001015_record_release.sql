-- Decides calls for good, before anybody is told. A call that was decided meanwhile (cancelled, drained, or by a scheduler
-- whose claim had run out) stays as it is.
-- p_calls: [{id, outcome ('allowed' or 'rejected'), answer, reservationId or null}].
-- Result: {lost: [{id, outcome}]}: calls somebody else decided, and how.
create function fuse.record_release(p_calls jsonb, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_ids text[] := array(select value->>'id' from jsonb_array_elements(p_calls));
  v_recorded text[];
begin
  -- Always in the same order: two calls that lock the same rows must not wait for each other.
  perform from queued_calls where id = any (v_ids) order by id for update;

  with recorded as (
    update queued_calls q
    set state = 'releasing', outcome = given.outcome, answer = given.answer, reservation_id = given."reservationId",
        may_hold = given.outcome = 'allowed', blocked_by = '{}', claimed_by = null, claimed_until = null,
        next_try_at = p_now, decided_at = p_now, last_error = null
    from jsonb_to_recordset(p_calls) as given(id text, outcome text, answer jsonb, "reservationId" text)
    where q.id = given.id and q.state = 'waiting'
    returning q.id
  )
  select array_agg(id) into v_recorded from recorded;

  return jsonb_build_object('lost', (
    select coalesce(jsonb_agg(jsonb_build_object('id', id, 'outcome', outcome)), '[]') from queued_calls
    where id = any (v_ids) and id <> all (coalesce(v_recorded, '{}'))));
end $$;

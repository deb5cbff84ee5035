-- Decides waiting calls whose deadline has passed, up to p_limit, with the answer given. One that a scheduler tries right
-- now is left to it.
-- Result: {expired}: how many.
create function fuse.expire_calls(p_answer jsonb, p_now timestamptz, p_limit integer) returns jsonb
language sql set search_path = fuse, extensions, pg_temp as $$
  with late as (
    select id from queued_calls
    where state = 'waiting' and deadline_at <= p_now and (claimed_until is null or claimed_until <= p_now)
    order by deadline_at limit p_limit
    for update skip locked
  ), expired as (
    update queued_calls q
    set state = 'releasing', outcome = 'rejected', answer = p_answer, blocked_by = '{}',
        claimed_by = null, claimed_until = null, next_try_at = p_now, decided_at = p_now
    from late where q.id = late.id
    returning 1
  )
  select jsonb_build_object('expired', count(*)) from expired
$$;

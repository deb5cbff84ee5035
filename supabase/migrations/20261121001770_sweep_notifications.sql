-- Hands messages out again whose time has come, p_limit at most. While the outbox still tries to deliver the present
-- attempt, or delivered it less than two minutes ago, there is no other: a receiver that is down for an hour costs none of
-- the eight. Gives up what nobody said anything of in eight attempts.
-- Result: {handedOut, dead: [{channel, error, notificationId, subjectId}, …] that people were not told of yet}.
create function fuse.sweep_notifications(p_now timestamptz, p_limit integer) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_one notifications;
  v_delivered timestamptz;
  v_trying boolean;
  v_handed_out integer := 0;
begin
  for v_one in
    select * from notifications where state = 'requested' and due_at <= p_now
    order by due_at, sequence limit p_limit for update skip locked
  loop
    if v_one.attempt > 0 and v_one.failed_attempt < v_one.attempt and v_one.claimed_until is null then
      select max(delivered_at), coalesce(bool_or(delivered_at is null and next_attempt_at is not null), false)
      into v_delivered, v_trying
      from outbox where event_id = v_one.id || ':' || v_one.attempt;
      if v_delivered > p_now - interval '2 minutes' then
        update notifications set due_at = v_delivered + interval '2 minutes' where id = v_one.id;
        continue;
      end if;
      if v_delivered is null and v_trying then
        update notifications set due_at = p_now + interval '10 seconds' where id = v_one.id;
        continue;
      end if;
    end if;

    if v_one.claimed_until is not null then
      update notifications set may_have_arrived = true where id = v_one.id;
    end if;
    if v_one.attempt - v_one.first_attempt >= 7 then
      update notifications
      set state = 'failed', due_at = null, claimed_until = null,
          error = coalesce(error, 'nobody said what became of it')
      where id = v_one.id;
      perform next_notification(v_one.id, p_now);
    else
      v_handed_out := v_handed_out + hand_out_notification(v_one.id, p_now)::integer;
    end if;
  end loop;

  return jsonb_build_object('handedOut', v_handed_out, 'dead', (
    select coalesce(jsonb_agg(jsonb_build_object(
      'channel', channel, 'error', error, 'notificationId', id, 'subjectId', subject_id) order by created_at, id), '[]')
    from (select * from notifications where state = 'failed' and not dead_told order by created_at, id limit p_limit) d));
end $$;

-- People know of these dead messages. Result: {noted}.
create function fuse.dead_notifications_told(p_ids jsonb) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_noted integer;
begin
  update notifications set dead_told = true where id in (select jsonb_array_elements_text(p_ids));
  get diagnostics v_noted = row_count;

  return jsonb_build_object('noted', v_noted);
end $$;

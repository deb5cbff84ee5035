-- Walks a page of the audit's chain: p_limit positions after p_position, whose hash is p_hash (before the first: 0 and 64
-- zeros). p_known_position and p_known_hash: a place of the chain that was noted before, or null. Hashes in hex.
-- Result: {position, hash: up to where the chain holds, entries: how many of this page hold, done: it was the last page,
-- fault: null or {kind, position, sequence or null}}, the first one. Kinds: changed (an entry is not what was chained),
-- missing (an entry or its place in the chain is gone), reordered (a place does not follow from the one before), rewritten
-- (the chain holds, but is not the one that was noted), truncated (it ends before what was noted).
create function fuse.verify_audit(
  p_position bigint, p_hash text, p_limit integer, p_known_position bigint, p_known_hash text
) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp as $$
declare
  v_row record;
  v_position bigint := p_position;
  v_hash bytea := decode(p_hash, 'hex');
  v_found integer := 0;
  v_kind text;
begin
  for v_row in
    select c.position, c.sequence, c.entry_hash, c.hash, e.sequence is not null as has_entry,
      case when e.sequence is not null then sha256(convert_to(audit_text(e), 'UTF8')) end as found_hash
    from (select * from audit_chain where position > p_position order by position limit p_limit) as c
    left join audit_entries e on e.sequence = c.sequence
    order by c.position
  loop
    v_kind := case
      when v_row.position <> v_position + 1 or not v_row.has_entry then 'missing'
      when v_row.found_hash <> v_row.entry_hash then 'changed'
      when v_row.hash <> sha256(v_hash || v_row.entry_hash) then 'reordered'
      when v_row.position = p_known_position and encode(v_row.hash, 'hex') <> p_known_hash then 'rewritten'
    end;
    if v_kind is not null then
      return jsonb_build_object(
        'position', v_position, 'hash', encode(v_hash, 'hex'), 'entries', v_found, 'done', true,
        'fault', jsonb_build_object('kind', v_kind, 'position', v_position + 1,
          'sequence', case when v_row.position = v_position + 1 then v_row.sequence end));
    end if;
    v_position := v_row.position;
    v_hash := v_row.hash;
    v_found := v_found + 1;
  end loop;

  return jsonb_build_object(
    'position', v_position, 'hash', encode(v_hash, 'hex'), 'entries', v_found, 'done', v_found < p_limit,
    'fault', case when v_found < p_limit and v_position < p_known_position then
      jsonb_build_object('kind', 'truncated', 'position', v_position + 1, 'sequence', null) end);
end $$;

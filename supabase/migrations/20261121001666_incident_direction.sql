-- What makes one incident like another: which features moved, not how far and not at what time of the day. In the space
-- `features` the last three numbers, the hour and the constant, are left out; vectors of other spaces stay as they are.
-- Null when nothing moved.
create function fuse.incident_direction(p_v extensions.vector, p_space text) returns extensions.vector
language sql immutable set search_path = fuse, extensions, pg_temp as $$
  select case
    when p_space <> 'features' then p_v
    when vector_norm(subvector(p_v, 1, 61)) > 0 then subvector(p_v, 1, 61) || '[0,0,0]'::vector
  end
$$;

-- Drops all counts of a partition; whoever is seeding it begins again. Holds and their leases stay.
--
-- KEYS  those of one partition

--- @include "base"
--- @include "partition"

local part = partition(1, false)
local meta = call('HGET', part.counts, 'meta')
call('DEL', part.counts, part.slices)
if meta then
	call('HSET', part.counts, 'meta', write('<dd', read('<d', meta), 0))
	call('PEXPIRE', part.counts, KEEP_MS)
end
return 1

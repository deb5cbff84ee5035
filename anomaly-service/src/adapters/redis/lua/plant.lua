-- Puts back holds the store has lost. What they hold is counted when their counters are seeded.
--
-- KEYS  those of one partition
-- ARGV[1] time (negative: the store's)
-- ARGV[2..] for each hold its reservation id and its record (holds.lua)
--
-- How many were not known

--- @include "base"
--- @include "partition"
--- @include "entries"
--- @include "leases"

local now, part, planted = storeTime(tonumber(ARGV[1])), partition(1, false), 0
loadCounters(part, now)
for i = 2, #ARGV, 2 do
	local id, record = ARGV[i], ARGV[i + 1]
	if call('HSETNX', part.holds, id, record) == 1 then
		local expiresAt = readHold(record).expiresAt
		call('ZADD', part.leases, scoreOf(expiresAt), ticketOf(id))
		noteLeaseEnd(part, expiresAt)
		planted = planted + 1
	end
end
saveCounters(part, now)
return planted

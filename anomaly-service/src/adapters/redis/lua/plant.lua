-- Puts back holds the store has lost. What they hold of counters that are there is held at once; with the others it is
-- when these are seeded.
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

local now, part = storeTime(tonumber(ARGV[1])), partition(1, false)
local planted = {}
for i = 2, #ARGV, 2 do
	local id, record = ARGV[i], ARGV[i + 1]
	local hold = readHold(record)
	local known = findHold(part, id)
	if not known then
		call('HSET', part.holds, id, record)
		local entries, starts = entriesOf(part, hold, now)
		planted[#planted + 1] = { id = id, hold = hold, entries = entries, starts = starts }
	elseif hold.shared == 1 then
		-- What the shared partition had lost, or never had of it, ends together with it.
		known.shared = 1
		local key = known.state == 'h' and part.holds or part.ended
		call('HSET', key, id, headerOf(known) .. known.record:sub(HEADER_BYTES + 1))
	end
end

loadCounters(part, now)
for _, one in ipairs(planted) do
	local hold = one.hold
	call('ZADD', part.leases, scoreOf(hold.expiresAt), ticketOf(one.id))
	noteLeaseEnd(part, hold.expiresAt)
	local amounts = amountsOf(hold.microCents, hold.input, hold.cached, hold.output)
	for i, counter in ipairs(one.entries) do
		change(counter, one.starts[i], 0, amounts[counter[UNIT]])
	end
end
saveCounters(part, now)
return #planted

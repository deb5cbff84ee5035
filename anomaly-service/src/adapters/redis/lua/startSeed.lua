-- Begins to seed counters: from now on what is spent on them is counted, so that nothing is missed while the database is
-- read. Counters that are in the store are left alone.
--
-- KEYS  those of one partition
-- ARGV[1] '<dddd': time (negative: the store's), the span of time in which the calendar windows are right, how long the
--         token is valid, in ms
-- ARGV[2] definitions of the counters (counters.lua)   ARGV[3] token
--
-- {'clock', now}, {'started'}, or {'busy'}: another token is valid

--- @include "base"
--- @include "partition"
--- @include "counters"

local now, from, till, leaseMs = read('<dddd', ARGV[1])
local definitions, token = ARGV[2], ARGV[3]
now = storeTime(now)
if now < from or now >= till then
	return { 'clock', now }
end
local part = partition(1, false)
local seed = call('HGET', part.counts, 'seed')
if seed and read('<d', seed) > now then
	return { 'busy' }
end

local counters = {}
readCounters(part, definitions, 1, #definitions, counters)
loadCounters(part, now)
for _, counter in ipairs(counters) do
	if counter[STATE] ~= WARM then
		local at, oldest = place(counter, now)
		counter[OLDEST], counter[NEWEST], counter[SPENT], counter[HELD], counter[SPENT_IN], counter[HELD_IN] =
			oldest, at, 0, 0, 0, 0
		counter[STATE], counter[TOKEN], counter[CHANGED] = SEEDING, token, true
		putOlder(counter, '')
	end
end
saveCounters(part, now)
call('HSET', part.counts, 'seed', write('<d', now + leaseMs) .. token)
return { 'started' }

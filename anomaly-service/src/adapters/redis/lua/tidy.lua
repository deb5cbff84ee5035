-- Drops counters nothing is counted in any more; whoever asks for them seeds them again.
--
-- KEYS  those of one partition
-- ARGV[1] '<ddd': time (negative: the store's), the span of time in which the calendar windows are right
-- ARGV[2] definitions of the counters (counters.lua)
--
-- {'clock', now} or {'ok'}

--- @include "base"
--- @include "partition"
--- @include "counters"

local now, from, till = read('<ddd', ARGV[1])
now = storeTime(now)
if now < from or now >= till then
	return { 'clock', now }
end
local part, counters, idle = partition(1, false), {}, {}
local seed = call('HGET', part.counts, 'seed')
local isSeeding = seed and read('<d', seed) > now
readCounters(part, ARGV[2], 1, #ARGV[2], counters)
loadCounters(part, now)
for _, counter in ipairs(counters) do
	local isUnused = counter[STATE] == WARM and counter[SPENT] == 0 and counter[HELD] == 0
	local isLeftOver = counter[STATE] == SEEDING and not isSeeding
	if isUnused or isLeftOver or counter[STATE] == COLD then
		idle[#idle + 1] = counter[ID]
		counter[CHANGED] = false
	end
end
saveCounters(part, now)
if #idle > 0 then
	call('HDEL', part.counts, unpack(idle))
	call('HDEL', part.slices, unpack(idle))
end
return { 'ok' }

-- Lets at least so much of a counter be used up.
--
-- KEYS  those of its partition
-- ARGV[1] '<dddd': time (negative: the store's), the span of time in which its calendar window is right, how much
-- ARGV[2] its definition (counters.lua)
--
-- {'clock', now} or {'ok'}

--- @include "base"
--- @include "partition"
--- @include "counters"

local now, from, till, used = read('<dddd', ARGV[1])
now = storeTime(now)
if now < from or now >= till then
	return { 'clock', now }
end
local part, counters = partition(1, false), {}
readCounters(part, ARGV[2], 1, #ARGV[2], counters)
loadCounters(part, now)
local counter = counters[1]
local missing = used
if counter[STATE] == WARM then
	missing = used - counter[SPENT] - counter[HELD]
end
if missing > 0 and counter[KIND] ~= UNDER_WAY then
	change(counter, counter[AT], missing, 0)
	saveCounters(part, now)
end
return { 'ok' }

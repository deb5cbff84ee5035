-- Where counters stand. Changes nothing.
--
-- KEYS  those of a partition, then those of the shared one when it is in the same store
-- ARGV[1] '<ddd': time (negative: the store's), the span of time in which the calendar windows are right
-- ARGV[2] definitions of the counters (counters.lua) in the first partition, ARGV[3] in the shared one
--
-- {'clock', now}, or for each definition 1 when it is in the store, spent, held, start of the oldest slice in use (-1:
-- none)

--- @include "base"
--- @include "partition"
--- @include "counters"

local now, from, till = read('<ddd', ARGV[1])
now = storeTime(now)
if now < from or now >= till then
	return { 'clock', now }
end

local answer, n = {}, 0
for i = 1, #KEYS / KEYS_EACH do
	local part, counters = partition((i - 1) * KEYS_EACH + 1, false), {}
	readCounters(part, ARGV[i + 1], 1, #ARGV[i + 1], counters)
	loadCounters(part, now)
	for _, counter in ipairs(counters) do
		answer[n + 1], answer[n + 2], answer[n + 3], answer[n + 4] = 0, 0, 0, -1
		if counter[STATE] == WARM then
			answer[n + 1], answer[n + 2], answer[n + 3] = 1, exactly(counter[SPENT]), exactly(counter[HELD])
			if counter[KIND] ~= UNDER_WAY then
				answer[n + 4] = roomAfter(counter, 0, -1)
			end
		end
		n = n + 4
	end
end
return answer

-- Counts use that nobody reserved, at the time it happened.
--
-- KEYS  those of a partition, then those of the shared one when it is in the same store
-- ARGV[1] '<dddddddd': time (negative: the store's), the span of time in which the calendar windows are right, when it was
--         used, micro-cents, input, cached input and output tokens
-- ARGV[2] definitions of the counters (counters.lua) in the first partition, ARGV[3] in the shared one; each once
--
-- {'clock', now} or {'ok'}

--- @include "base"
--- @include "partition"
--- @include "counters"

local now, from, till, usedAt, microCents, input, cached, output = read('<dddddddd', ARGV[1])
now = storeTime(now)
if now < from or now >= till then
	return { 'clock', now }
end
usedAt = math.min(usedAt, now)
local amounts = amountsOf(microCents, input, cached, output)

local function record(part, definitions)
	local counters = {}
	readCounters(part, definitions, 1, #definitions, counters)
	loadCounters(part, now)
	for _, counter in ipairs(counters) do
		local start = usedAt >= counter[A] and counter[A] or -1
		if counter[KIND] == ROLLING then
			start = usedAt - usedAt % counter[B]
		end
		if counter[KIND] ~= UNDER_WAY then
			change(counter, start, amounts[counter[UNIT]], 0)
		end
	end
	saveCounters(part, now)
end

for i = 1, #KEYS / KEYS_EACH do
	local definitions = ARGV[i + 1]
	if #definitions > 0 then
		record(partition((i - 1) * KEYS_EACH + 1, false), definitions)
	end
end
return { 'ok' }

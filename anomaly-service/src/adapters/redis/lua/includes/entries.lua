--- @include "counters"
--- @include "holds"

-- What a hold holds of that still counts at `now`: counters, and beside them the start of the slice.
local function entriesOf(part, hold, now)
	local all, entries, starts = {}, {}, {}
	local callBytes, callAt = read('<H', hold.record, HEADER_BYTES + 1)
	local at, last = callAt + callBytes, #hold.record
	while at <= last do
		local kind, unit, a, b, id
		kind, unit, a, b, id, at = read('<BBddHc0', hold.record, at)
		all[id] = true
		local start, countsUntil = 0, NEVER
		if kind == ROLLING then
			start = hold.admittedAt - hold.admittedAt % b
			countsUntil = start + a + b
		elseif kind == CALENDAR then
			start, countsUntil = a, b
		end
		if now < countsUntil then
			entries[#entries + 1] = counterOf(part, id, kind, unit, a, b)
			starts[#starts + 1] = start
		end
	end
	return entries, starts, all
end

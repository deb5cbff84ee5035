-- Turns a hold into what was used, in the slices it was admitted in.
--
-- KEYS  those of the tenant's partition, then those of the shared one when it is in the same store; or of the shared one
-- ARGV[1] '<dddddddB': time (negative: the store's), the span of time in which the calendar windows are right,
--         micro-cents, input, cached input and output tokens, whether somebody has to record expired holds of the first partition
-- ARGV[2] reservation id
-- ARGV[3] definitions of the counters that apply now (counters.lua) in the first partition, ARGV[4] in the shared one
--
-- {'clock', now}, or {outcome, 1 when it holds of shared limits too}: settled, alreadySettled, expired, unknown

--- @include "base"
--- @include "partition"
--- @include "entries"

local now, from, till, microCents, input, cached, output, reports = read('<dddddddB', ARGV[1])
local id = ARGV[2]
now = storeTime(now)
if now < from or now >= till then
	return { 'clock', now }
end

-- What the hold held is given back, or its estimate taken back, and what was used is spent.
local function book(part, hold, definitions)
	local used = amountsOf(microCents, input, cached, output)
	local estimated = amountsOf(hold.microCents, hold.input, hold.cached, hold.output)
	local entries, starts, known = entriesOf(part, hold, now)
	local applying = {}
	readCounters(part, definitions, 1, #definitions, applying)
	loadCounters(part, now)

	for i, counter in ipairs(entries) do
		local unit = counter[UNIT]
		local spent = counter[KIND] == UNDER_WAY and 0 or used[unit]
		if hold.state == 'h' then
			change(counter, starts[i], spent, -estimated[unit])
		elseif counter[KIND] ~= UNDER_WAY then
			change(counter, starts[i], spent - estimated[unit], 0)
		end
	end
	for _, counter in ipairs(applying) do
		if not known[counter[ID]] and counter[KIND] ~= UNDER_WAY then
			change(counter, counter[AT], used[counter[UNIT]], 0)
		end
	end
	saveCounters(part, now)
end

local function settle(part, definitions)
	local hold = findHold(part, id)
	if not hold or hold.state == 'r' then
		return { 'unknown', 0 }
	end
	if hold.state == 's' then
		return { 'alreadySettled', hold.shared }
	end
	local outcome = hold.state == 'x' and 'expired' or 'settled'
	book(part, hold, definitions)
	hold.microCents, hold.input, hold.cached, hold.output = microCents, input, cached, output
	endHold(part, id, hold, 's', now)
	return { outcome, hold.shared }
end

local answer = settle(partition(1, reports == 1), ARGV[3])
if answer[2] == 1 and #KEYS > KEYS_EACH then
	settle(partition(1 + KEYS_EACH, false), ARGV[4])
end
return answer

-- Gives a hold back.
--
-- KEYS  those of the tenant's partition, then those of the shared one when it is in the same store; or of the shared one
-- ARGV[1] time (negative: the store's)   ARGV[2] reservation id
-- ARGV[3] '1': as if it had never been asked for
--
-- {outcome, 1 when it holds of shared limits too}: released, alreadySettled, expired, unknown

--- @include "base"
--- @include "partition"
--- @include "entries"

local now, id, forget = storeTime(tonumber(ARGV[1])), ARGV[2], ARGV[3] == '1'
local ENDED = { s = 'alreadySettled', x = 'expired', r = 'released' }

local function release(part)
	local hold = findHold(part, id)
	if not hold then
		return { 'unknown', 0 }
	end
	if hold.state ~= 'h' then
		return { ENDED[hold.state], hold.shared }
	end
	local amounts = amountsOf(hold.microCents, hold.input, hold.cached, hold.output)
	local entries, starts = entriesOf(part, hold, now)
	loadCounters(part, now)
	for i, counter in ipairs(entries) do
		change(counter, starts[i], 0, -amounts[counter[UNIT]])
	end
	saveCounters(part, now)
	if forget then
		removeHold(part, id)
	else
		endHold(part, id, hold, 'r', now)
	end
	return { 'released', hold.shared }
end

local answer = release(partition(1, false))
if answer[1] == 'released' and answer[2] == 1 and #KEYS > KEYS_EACH then
	release(partition(1 + KEYS_EACH, false))
end
return answer

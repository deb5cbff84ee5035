-- Lets a lease end later. Its ticket stays: when that is due, the hold gets another for its later end.
--
-- KEYS  those of the tenant's partition, then those of the shared one when it is in the same store; or of the shared one
-- ARGV[1] time (negative: the store's)   ARGV[2] reservation id   ARGV[3] length of the lease from now on, in ms
--
-- {outcome, 1 when it holds of shared limits too, end of the lease}: renewed, alreadySettled, expired, unknown

--- @include "base"
--- @include "partition"
--- @include "holds"

local now, id, ttl = storeTime(tonumber(ARGV[1])), ARGV[2], tonumber(ARGV[3])
local ENDED = { s = 'alreadySettled', x = 'expired', r = 'unknown' }

local function renew(part)
	local hold = findHold(part, id)
	if not hold then
		return { 'unknown', 0, 0 }
	end
	if hold.state ~= 'h' then
		return { ENDED[hold.state], hold.shared, 0 }
	end
	hold.expiresAt = math.max(hold.expiresAt, now + ttl)
	call('HSET', part.holds, id, headerOf(hold) .. hold.record:sub(HEADER_BYTES + 1))
	return { 'renewed', hold.shared, hold.expiresAt }
end

local answer = renew(partition(1, false))
if answer[1] == 'renewed' and answer[2] == 1 and #KEYS > KEYS_EACH then
	renew(partition(1 + KEYS_EACH, false))
end
return answer

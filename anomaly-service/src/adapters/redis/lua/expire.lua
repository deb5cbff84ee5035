-- Books holds whose lease has run out as estimated spend, and forgets what ended long ago. In bounded steps: it is called
-- again until nothing is left.
--
-- KEYS  those of one partition
-- ARGV[1] time (negative: the store's)   ARGV[2] '1': somebody has to record expired holds of this partition
-- ARGV[3] how long an ended hold is remembered, in ms; negative: nothing is forgotten this time
--
-- {1 when nothing is left to do, id, record, ...}: expired holds nobody has recorded yet (holds.lua), oldest first

--- @include "base"
--- @include "partition"
--- @include "entries"
--- @include "leases"

--- @define AT_ONCE 1000
local now, reports, rememberMs = storeTime(tonumber(ARGV[1])), ARGV[2] == '1', tonumber(ARGV[3])
local part = partition(1, reports)

loadCounters(part, now)
local isDone = expireDue(part, now)
saveCounters(part, now)

-- A late settlement ends an expired hold again, with an entry of its own: only the last one counts.
local function forgetEnded()
	if rememberMs < 0 then
		return true
	end
	local ends, ids = {}, {}
	for i, entry in ipairs(call('LRANGE', part.endings, 0, AT_ONCE - 1)) do
		ends[i] = read('<d', entry)
		if ends[i] + rememberMs >= now then
			break
		end
		ids[i] = entry:sub(9)
	end
	if #ids == 0 then
		return true
	end
	local old = {}
	for i, record in ipairs(call('HMGET', part.ended, unpack(ids))) do
		if record and readHold(record).endedAt == ends[i] then
			old[#old + 1] = ids[i]
		end
	end
	if #old > 0 then
		call('HDEL', part.ended, unpack(old))
	end
	call('LTRIM', part.endings, #ids, -1)
	return #ids < AT_ONCE
end
isDone = forgetEnded() and isDone

local answer = { isDone and 1 or 0 }
if reports then
	local ids = call('ZRANGE', part.unreported, 0, AT_ONCE - 1)
	local records = #ids > 0 and call('HMGET', part.ended, unpack(ids)) or {}
	for i, id in ipairs(ids) do
		if records[i] then
			answer[#answer + 1], answer[#answer + 2] = id, records[i]
		end
	end
end
return answer

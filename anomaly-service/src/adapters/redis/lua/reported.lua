-- These expired holds are recorded: they are remembered like any other that ended.
--
-- KEYS  those of the tenant's partition
-- ARGV  reservation ids

--- @include "base"
--- @include "partition"
--- @include "holds"

local part = partition(1, true)
for i, record in ipairs(call('HMGET', part.ended, unpack(ARGV))) do
	if call('ZREM', part.unreported, ARGV[i]) == 1 and record then
		call('RPUSH', part.endings, write('<d', readHold(record).endedAt) .. ARGV[i])
	end
end
return 1

-- Opens a breaker that does not block: a closed or a half-open one.
--
-- KEYS  those of the tenant's partition
-- ARGV[1] time, epoch ms   ARGV[2] the open breaker as it is stored: '<d' until when (for ever: 2^53 - 1), then JSON
--
-- 1, or 0 when it blocked already

--- @include "base"
--- @include "partition"

local part = partition(1, true)
local breaker = call('HGET', part.holds, '')
if breaker and read('<d', breaker) > tonumber(ARGV[1]) then
	return 0
end
call('HSET', part.holds, '', ARGV[2])
return 1

-- Numbers are doubles: integers are exact up to 2^53 - 1, where every sum ends. Values are packed with `struct`, which
-- takes a third of the time of parsing text and keeps all digits (tostring keeps 14). `<`: little-endian, d: double,
-- B: 1, H: 2, I4: 4 bytes, c0: text as long as the number before it says.
local call, read, write = redis.call, struct.unpack, struct.pack
--- @define MAX_SUM 9007199254740991, NEVER 9007199254740991

-- Epoch ms. `given` is sent by replays and tests, which have a time of their own; it is negative otherwise.
local function storeTime(given)
	if given >= 0 then
		return given
	end
	local time = call('TIME')
	return time[1] * 1000 + math.floor(time[2] / 1000)
end

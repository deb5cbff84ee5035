-- Sets what was spent on counters whose seeding was begun with this token; what is held follows from the holds.
--
-- KEYS  those of one partition
-- ARGV[1] '<ddd': time (negative: the store's), the span of time in which the calendar windows are right
-- ARGV[2] definitions of the counters (counters.lua), each once   ARGV[3] token
-- ARGV[4..] for each counter its slices, '<dd' each: start, spent
--
-- {'clock', now}, {'seeded'}, or {'invalid'}: the token is not valid any more

--- @include "base"
--- @include "partition"
--- @include "entries"

local now, from, till = read('<ddd', ARGV[1])
local definitions, token = ARGV[2], ARGV[3]
now = storeTime(now)
if now < from or now >= till then
	return { 'clock', now }
end
local part = partition(1, false)
local seed = call('HGET', part.counts, 'seed')
if not seed or seed:sub(9) ~= token or read('<d', seed) <= now then
	return { 'invalid' }
end
call('HDEL', part.counts, 'seed')

local counters = {}
readCounters(part, definitions, 1, #definitions, counters)
loadCounters(part, now)
local seeded = {}
for i, counter in ipairs(counters) do
	if counter[STATE] == SEEDING and counter[TOKEN] == token then
		local slices = ARGV[i + 3]
		for at = 1, #slices, 16 do
			local start, spent = read('<dd', slices, at)
			-- What is dated later than now counts from now on.
			add(counter, math.min(start, counter[AT]), spent, 0)
		end
		counter[STATE], counter[CHANGED] = WARM, true
		seeded[counter[ID]] = counter
	end
end

local function holdAgain(hold)
	local amounts = amountsOf(hold.microCents, hold.input, hold.cached, hold.output)
	local entries, starts = entriesOf(part, hold, now)
	for i, counter in ipairs(entries) do
		if seeded[counter[ID]] then
			add(counter, starts[i], 0, amounts[counter[UNIT]])
		end
	end
end

local holds = call('HGETALL', part.holds)
for i = 1, #holds, 2 do
	-- Without an id it is the breaker.
	if holds[i] ~= '' then
		holdAgain(readHold(holds[i + 1]))
	end
end
saveCounters(part, now)
return { 'seeded' }

-- The slices of a rolling window but the newest, packed as (start, spent, held), oldest first, without empty ones. One
-- value per counter: a refusal reads all 60 at once, a settlement changes 16 bytes of them.
--- @define SLICE_BYTES 24

local function olderSlices(counter)
	local packed = counter[OLDER]
	if not packed then
		packed = call('HGET', counter[HOME].slices, counter[ID]) or ''
		counter[OLDER] = packed
	end
	return packed
end

-- How many of the packed slices start before `start`.
local function slicesBefore(packed, start)
	local low, high = 0, #packed / SLICE_BYTES
	while low < high do
		local middle = math.floor((low + high) / 2)
		if read('<d', packed, middle * SLICE_BYTES + 1) < start then
			low = middle + 1
		else
			high = middle
		end
	end
	return low
end

local function putOlder(counter, packed)
	counter[OLDER] = packed
	counter[OLDER_CHANGED] = true
end

-- A sum of one slice. What is taken back may have been lost with its counts: there is no less than 0.
local function bounded(sum)
	return math.max(0, math.min(MAX_SUM, sum))
end

-- Adds to an older slice; answers by how much its sums changed.
local function addToOlder(counter, start, spent, held)
	local packed = olderSlices(counter)
	local at = slicesBefore(packed, start) * SLICE_BYTES
	local oldSpent, oldHeld, rest = 0, 0, at + 1
	if at < #packed and read('<d', packed, at + 1) == start then
		oldSpent, oldHeld = read('<dd', packed, at + 9)
		rest = at + 1 + SLICE_BYTES
	end
	local newSpent, newHeld = bounded(oldSpent + spent), bounded(oldHeld + held)
	local isEmpty = newSpent == 0 and newHeld == 0
	local slice = isEmpty and '' or write('<ddd', start, newSpent, newHeld)
	putOlder(counter, packed:sub(1, at) .. slice .. packed:sub(rest))
	return newSpent - oldSpent, newHeld - oldHeld
end

-- Slices that start before `from` have left the window.
local function dropBefore(counter, from)
	local packed = olderSlices(counter)
	local left = slicesBefore(packed, from) * SLICE_BYTES
	for i = 1, left, SLICE_BYTES do
		local _, spent, held = read('<ddd', packed, i)
		counter[SPENT], counter[HELD] = counter[SPENT] - spent, counter[HELD] - held
	end
	if left > 0 then
		putOlder(counter, packed:sub(left + 1))
	end
end

-- Start of the oldest slice in use, and of the slice whose leaving makes room for `amount`; -1: there is none.
local function roomAfter(counter, amount, cap)
	local used = counter[SPENT] + counter[HELD]
	local packed = olderSlices(counter)
	local first, room = -1, -1
	for at = 1, #packed + 1, SLICE_BYTES do
		local start, spent, held = counter[NEWEST], counter[SPENT_IN], counter[HELD_IN]
		if at <= #packed then
			start, spent, held = read('<ddd', packed, at)
		end
		if first < 0 and spent + held > 0 then
			first = start
		end
		used = used - spent - held
		if used + amount <= cap and used < cap then
			return first, start
		end
	end
	return first, room
end

-- As it is answered: the client reads integers that end close to 2^53 one off, so these go as text.
local function exactly(sum)
	return sum < 2 ^ 52 and sum or string.format('%.0f', sum)
end

-- Sums up anew: a sum that has reached its end does not know what was beyond it.
local function sumUp(counter)
	local packed = olderSlices(counter)
	local totalSpent, totalHeld = counter[SPENT_IN], counter[HELD_IN]
	for at = 1, #packed, SLICE_BYTES do
		local _, spent, held = read('<ddd', packed, at)
		totalSpent = math.min(MAX_SUM, totalSpent + spent)
		totalHeld = math.min(MAX_SUM, totalHeld + held)
	end
	counter[SPENT], counter[HELD] = totalSpent, totalHeld
end

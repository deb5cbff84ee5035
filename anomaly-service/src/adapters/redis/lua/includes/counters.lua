-- A counter, while a script works with it, is an array: a table with named fields takes twice the time.
-- ID .. B are its definition as it is sent and kept with holds, '<BBddHc0':
--   KIND 0: calls under way, 1: rolling (A window, B slice, in ms), 2: calendar (A start, B end of the window, epoch ms)
--   UNIT index into the amounts of a call
-- OLDEST .. HELD_IN are its head in the store, '<dddddd': start of the oldest and the newest slice that count, sums
-- over all of them, sums of the newest alone. A head with a token behind it is still being seeded.
--- @define ID 1, KIND 2, UNIT 3, A 4, B 5
--- @define OLDEST 6, NEWEST 7, SPENT 8, HELD 9, SPENT_IN 10, HELD_IN 11
--- @define AT 12, STATE 13, CHANGED 14, HOME 15, OLDER 16, OLDER_CHANGED 17, TOKEN 18
--- @define UNDER_WAY 0, ROLLING 1, CALENDAR 2
--- @define COLD 0, WARM 1, SEEDING 2
--- @define HEAD_BYTES 48

--- @include "slices"

-- The amounts of a call by UNIT: requests, tokens, input tokens, those of them that were not cached, output tokens,
-- micro-cents, calls under way.
local function amountsOf(microCents, input, cached, output)
	return { 1, input + output, input, input - cached, output, microCents, 1 }
end

local function counterOf(part, id, kind, unit, a, b)
	local known = part.byId[id]
	if known then
		return known
	end
	local counter = { id, kind, unit, a, b, 0, 0, 0, 0, 0, 0, 0, COLD, false, part, false, false, false }
	local n = #part.counters + 1
	part.counters[n] = counter
	part.byId[id] = counter
	part.fields[n + 1] = id
	return counter
end

-- Reads the definitions in text[at .. last] and appends their counters to `into`.
local function readCounters(part, text, at, last, into)
	local n = #into
	while at <= last do
		local kind, unit, a, b, id
		kind, unit, a, b, id, at = read('<BBddHc0', text, at)
		n = n + 1
		into[n] = counterOf(part, id, kind, unit, a, b)
	end
end

-- Takes in that time has passed: `at` is the slice of `now`, `from` the oldest that counts. When the clock goes back, what
-- has left the window stays out and what is ahead still counts; a counter far ahead of the clock means nothing any more.
--- @define AHEAD_MS 60000
local function roll(counter, now, at, from)
	local newest, oldest = counter[NEWEST], counter[OLDEST]
	if newest - now > AHEAD_MS then
		counter[STATE] = COLD
		return
	end
	if at <= newest and from == oldest then
		return
	end
	counter[OLDEST], counter[CHANGED] = from, true
	if from > newest then
		counter[SPENT], counter[HELD], counter[SPENT_IN], counter[HELD_IN] = 0, 0, 0, 0
		counter[NEWEST] = at
		putOlder(counter, '')
		return
	end
	local isFull = counter[SPENT] >= MAX_SUM or counter[HELD] >= MAX_SUM
	if at > newest then
		if counter[SPENT_IN] ~= 0 or counter[HELD_IN] ~= 0 then
			local sums = write('<ddd', newest, counter[SPENT_IN], counter[HELD_IN])
			putOlder(counter, olderSlices(counter) .. sums)
		end
		counter[NEWEST], counter[SPENT_IN], counter[HELD_IN] = at, 0, 0
	end
	if from > oldest then
		dropBefore(counter, from)
	end
	if isFull then
		sumUp(counter)
	end
end

-- Which slice `now` is in and which are the oldest that count.
local function place(counter, now)
	local kind = counter[KIND]
	if kind == ROLLING then
		local length, since = counter[B], now - counter[A]
		return now - now % length, since - since % length
	end
	if kind == CALENDAR then
		return counter[A], counter[A]
	end
	return 0, 0
end

-- Reads the heads of the partition's counters and brings them to `now`.
local function loadCounters(part, now)
	local heads = call('HMGET', part.counts, unpack(part.fields))
	if heads[1] then
		local nextEnd, refreshAt = read('<dd', heads[1])
		part.refreshAt = refreshAt
		if not part.metaChanged then
			part.next = nextEnd
		end
	end
	local counters = part.counters
	for i = 1, #counters do
		local head, counter = heads[i + 1], counters[i]
		local at, from = place(counter, now)
		counter[AT], counter[STATE], counter[CHANGED] = at, COLD, false
		counter[OLDER], counter[OLDER_CHANGED] = false, false
		if head then
			counter[OLDEST], counter[NEWEST], counter[SPENT], counter[HELD], counter[SPENT_IN], counter[HELD_IN] =
				read('<dddddd', head)
			counter[STATE] = WARM
			if #head > HEAD_BYTES then
				counter[STATE], counter[TOKEN] = SEEDING, head:sub(HEAD_BYTES + 1)
			end
			if at ~= counter[NEWEST] or from ~= counter[OLDEST] then
				roll(counter, now, at, from)
			end
		end
	end
end

-- Adds to the slice that starts at `start`; one that does not count is left alone.
local function add(counter, start, spent, held)
	if counter[STATE] == COLD or start < counter[OLDEST] then
		return
	end
	local isFull = counter[SPENT] >= MAX_SUM or counter[HELD] >= MAX_SUM
	if start == counter[NEWEST] then
		local oldSpent, oldHeld = counter[SPENT_IN], counter[HELD_IN]
		counter[SPENT_IN] = bounded(oldSpent + spent)
		counter[HELD_IN] = bounded(oldHeld + held)
		spent, held = counter[SPENT_IN] - oldSpent, counter[HELD_IN] - oldHeld
	else
		spent, held = addToOlder(counter, start, spent, held)
	end
	if isFull then
		sumUp(counter)
	else
		counter[SPENT] = math.min(MAX_SUM, counter[SPENT] + spent)
		counter[HELD] = math.min(MAX_SUM, counter[HELD] + held)
	end
	counter[CHANGED] = true
end

-- Use of a counter that is being seeded is kept for it; what is held is not, it follows from the holds.
local function change(counter, start, spent, held)
	add(counter, start, spent, counter[STATE] == WARM and held or 0)
end

local function headOf(counter)
	local head = write(
		'<dddddd',
		counter[OLDEST],
		counter[NEWEST],
		counter[SPENT],
		counter[HELD],
		counter[SPENT_IN],
		counter[HELD_IN]
	)
	return counter[STATE] == SEEDING and head .. counter[TOKEN] or head
end

-- Writes what has changed, and once a day says how long it is kept.
local function saveCounters(part, now)
	local heads, older, n = {}, {}, 0
	local counters = part.counters
	for i = 1, #counters do
		local counter = counters[i]
		if counter[STATE] ~= COLD and counter[CHANGED] then
			heads[n + 1], heads[n + 2] = counter[ID], headOf(counter)
			n = n + 2
			if counter[OLDER_CHANGED] then
				older[#older + 1] = counter
			end
		end
	end
	if n == 0 and not part.metaChanged then
		return
	end
	local isStale = part.refreshAt <= now
	if isStale then
		part.refreshAt = now + REFRESH_EVERY_MS
	end
	if isStale or part.metaChanged then
		heads[n + 1], heads[n + 2] = 'meta', write('<dd', part.next, part.refreshAt)
		n = n + 2
	end
	for i = 1, #older do
		local counter = older[i]
		if counter[OLDER] == '' then
			call('HDEL', part.slices, counter[ID])
		else
			call('HSET', part.slices, counter[ID], counter[OLDER])
		end
	end
	call('HSET', part.counts, unpack(heads))
	if isStale then
		call('PEXPIRE', part.counts, KEEP_MS)
		call('PEXPIRE', part.slices, KEEP_MS)
	end
end

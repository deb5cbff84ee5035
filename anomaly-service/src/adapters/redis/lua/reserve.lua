-- Answers asks in their order, each in one step: it holds of all its limits or of none.
--
-- KEYS  those of the partitions that keep the holds, then those of the shared one when it is in the same store
-- ARGV[1]   '<dddBBB': time (negative: the store's), the span of time in which this may be answered (its calendar
--           windows are right, and somebody still waits), whether somebody has to record expired holds, whether the last
--           partition is the shared one, number of asks; then for each ask '<Hc0BBBdddddHc0': id, number of its partition
--           and of its set, 1 to look only, lease in ms, micro-cents, input, cached input and output tokens, call as JSON;
--           id and what follows the lease are kept byte for byte
-- ARGV[2..] sets of limits: '<BI4c0I4c0H' whether a hold holds of shared limits too, definitions of the counters in the
--           own and in the shared partition (counters.lua), number of limits; then for each limit '<HBd': number of its
--           counter, whether it is enforced, capacity. A set belongs to one partition.
--
-- {'clock', now}: not within the span; nothing was looked at. Otherwise {now, answer, ...}, an answer being
--   1 held; 2 would be held (look only); {'known', lease end}; {'ended'}; {'breaker', JSON}
--   {'would', limit...}: held, a shadow limit had no room; {'over', limit...}: not held
--       limit: its number, spent, held, start of the oldest slice in use, of the one that makes room (-1: none)
--   {'cold', number...}: not held, these limits' counters are not in the store

--- @include "base"
--- @include "partition"
--- @include "entries"
--- @include "leases"

local blob = ARGV[1]
local now, from, till, reports, hasShared, nAsks, at = read('<dddBBB', blob)
now = storeTime(now)
if now < from or now >= till then
	return { 'clock', now }
end

local parts = {}
for p = 1, #KEYS / KEYS_EACH do
	local part = partition((p - 1) * KEYS_EACH + 1, reports == 1)
	part.ids, part.newHolds, part.newTickets = { '' }, {}, {}
	parts[p] = part
end
local shared = parts[#parts]
if hasShared == 1 then
	shared.reports = false
end

local function readSet(text, home)
	local sharedFlag, ownText, sharedText, n, pos = read('<BI4c0I4c0H', text)
	local counters, limits = {}, {}
	readCounters(home, ownText, 1, #ownText, counters)
	readCounters(shared, sharedText, 1, #sharedText, counters)
	for i = 1, n * 3, 3 do
		local number
		number, limits[i + 1], limits[i + 2], pos = read('<HBd', text, pos)
		limits[i] = counters[number]
	end
	return {
		counters = counters,
		limits = limits,
		sharedFlag = sharedFlag,
		ownText = ownText,
		sharedText = #sharedText > 0 and sharedText,
	}
end

-- Asks one after another: id, partition, set, look only, lease, micro-cents, input, cached input, output; where id, size and
-- the next ask begin.
--- @define ASK_EACH 12, SIZE_AND_LENGTH_BYTES 34
local asks, sets = {}, {}
for k = 1, nAsks * ASK_EACH, ASK_EACH do
	local id, home, set, callBytes, callAt
	asks[k + 9] = at
	id, home, set, asks[k + 3], asks[k + 4], asks[k + 5], asks[k + 6], asks[k + 7], asks[k + 8], callBytes, callAt =
		read('<Hc0BBBdddddH', blob, at)
	home = parts[home]
	sets[set] = sets[set] or readSet(ARGV[set + 1], home)
	asks[k], asks[k + 1], asks[k + 2] = id, home, sets[set]
	at = callAt + callBytes
	asks[k + 10], asks[k + 11] = callAt - SIZE_AND_LENGTH_BYTES, at
	home.ids[#home.ids + 1] = id
end

-- What is known of the asked reservations, and the breaker.
local function readHolds(part)
	local ids, known = part.ids, {}
	local held, ended = call('HMGET', part.holds, unpack(ids)), call('HMGET', part.ended, unpack(ids))
	for i = 2, #ids do
		if held[i] or ended[i] then
			known[ids[i]] = held[i] or ended[i]
		end
	end
	part.known, part.breaker = known, held[1]
	part.isOpen = part.breaker and read('<d', part.breaker) > now
end

local isAsked = false
for p = 1, #parts do
	local part = parts[p]
	local hasAsks = #part.ids > 1
	if hasAsks then
		readHolds(part)
		isAsked = isAsked or not part.isOpen
	end
	loadCounters(part, now)
	if part.next <= now and isAsked and not part.isOpen then
		expireDue(part, now)
		loadCounters(part, now)
		if hasAsks then
			readHolds(part)
		end
	end
end

local function describe(limits, failed, amounts, kind)
	local answer, n = { kind }, 1
	for j = 1, #failed do
		local i = failed[j]
		local counter = limits[i]
		local first, room = -1, -1
		if counter[KIND] ~= UNDER_WAY then
			first, room = roomAfter(counter, amounts[counter[UNIT]], limits[i + 2])
		end
		answer[n + 1], answer[n + 2], answer[n + 3] = (i + 2) / 3, exactly(counter[SPENT]), exactly(counter[HELD])
		answer[n + 4], answer[n + 5] = first, room
		n = n + 5
	end
	return answer
end

-- The answer to every ask of a set some of whose counters are not in the store; false when all of them are.
local function coldIn(limits)
	local cold = { 'cold' }
	for i = 1, #limits, 3 do
		if limits[i][STATE] ~= WARM then
			cold[#cold + 1] = (i + 2) / 3
		end
	end
	return #cold > 1 and cold
end

-- Why a call of these amounts may not be made; nil when it may, then perhaps what shadow limits have against it.
local function look(set, amounts)
	local limits = set.limits
	if set.cold == nil then
		set.cold = coldIn(limits)
	end
	if set.cold then
		return set.cold
	end
	local failed, shadowed
	for i = 1, #limits, 3 do
		local counter, cap = limits[i], limits[i + 2]
		local used = counter[SPENT] + counter[HELD]
		if used >= cap or used + amounts[counter[UNIT]] > cap then
			if limits[i + 1] == 1 then
				failed = failed or {}
				failed[#failed + 1] = i
			else
				shadowed = shadowed or {}
				shadowed[#shadowed + 1] = i
			end
		end
	end
	if failed then
		return describe(limits, failed, amounts, 'over')
	end
	return nil, shadowed and describe(limits, shadowed, amounts, 'would')
end

local function keep(part, id, record, expiresAt, ticket)
	local holds, tickets = part.newHolds, part.newTickets
	local n = #holds
	holds[n + 1], holds[n + 2] = id, record
	local together = tickets[expiresAt]
	if together then
		together[#together + 1] = ticket
	else
		tickets[expiresAt] = { ticket }
	end
end

local function hold(k, amounts)
	local id, home, set = asks[k], asks[k + 1], asks[k + 2]
	local counters = set.counters
	for i = 1, #counters do
		local counter = counters[i]
		local amount = amounts[counter[UNIT]]
		if counter[AT] == counter[NEWEST] and counter[HELD] + amount < MAX_SUM then
			counter[HELD] = counter[HELD] + amount
			counter[HELD_IN] = counter[HELD_IN] + amount
			counter[CHANGED] = true
		else
			add(counter, counter[AT], 0, amount)
		end
	end
	local expiresAt, idAt = now + asks[k + 4], asks[k + 9]
	if expiresAt ~= set.expiresAt then
		set.expiresAt, set.header = expiresAt, write('<c1Bddd', 'h', set.sharedFlag, expiresAt, 0, now)
	end
	local start = set.header .. blob:sub(asks[k + 10], asks[k + 11] - 1)
	local ticket = blob:sub(idAt, idAt + 1 + #id)
	keep(home, id, start .. set.ownText, expiresAt, ticket)
	if set.sharedText then
		keep(shared, id, start .. set.sharedText, expiresAt, ticket)
	end
	home.known[id] = start
end

local amounts = amountsOf(0, 0, 0, 0)
local answers, n = { now }, 1
for k = 1, nAsks * ASK_EACH, ASK_EACH do
	local home, lookOnly = asks[k + 1], asks[k + 3] == 1
	local record = not lookOnly and home.known[asks[k]]
	local answer
	if home.isOpen then
		answer = { 'breaker', home.breaker:sub(9) }
	elseif record then
		local state, _, expiresAt = read('<c1Bd', record)
		answer = state == 'h' and { 'known', expiresAt } or { 'ended' }
	else
		local input, output = asks[k + 6], asks[k + 8]
		amounts[2], amounts[3], amounts[4] = input + output, input, input - asks[k + 7]
		amounts[5], amounts[6] = output, asks[k + 5]
		local refusal, would = look(asks[k + 2], amounts)
		answer = refusal or (lookOnly and 2) or would or 1
		if not refusal and not lookOnly then
			hold(k, amounts)
		end
	end
	n = n + 1
	answers[n] = answer
end

for p = 1, #parts do
	local part = parts[p]
	if #part.newHolds > 0 then
		local leases = {}
		for expiresAt, ticket in pairs(part.newTickets) do
			leases[#leases + 1] = scoreOf(expiresAt)
			leases[#leases + 1] = table.concat(ticket)
			noteLeaseEnd(part, expiresAt)
		end
		call('HSET', part.holds, unpack(part.newHolds))
		call('ZADD', part.leases, unpack(leases))
	end
	saveCounters(part, now)
end
return answers

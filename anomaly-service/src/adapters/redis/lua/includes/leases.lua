-- Leases end by tickets: a ticket names reservations admitted together whose leases end together, '<Hc0' each. A batch
-- writes one, and renewing none: when its end has come, those that ended meanwhile are passed over, and those that were
-- renewed get a ticket for their later end.
--- @define TICKETS_AT_ONCE 16, BOOKED_AT_ONCE 256

local function scoreOf(at)
	return string.format('%.0f', at)
end

-- The reservations on a ticket.
local function idsOn(ticket)
	local ids, at, n = {}, 1, 0
	while at <= #ticket do
		n = n + 1
		ids[n], at = read('<Hc0', ticket, at)
	end
	return ids
end

-- Takes tickets whose end has come. Answers the holds whose lease has run out, and whether these were the last tickets.
local function takeDue(part, now)
	local tickets = call('ZRANGEBYSCORE', part.leases, '-inf', now, 'LIMIT', 0, TICKETS_AT_ONCE)
	local over = {}
	for _, ticket in ipairs(tickets) do
		if #over >= BOOKED_AT_ONCE then
			return over, false
		end
		call('ZREM', part.leases, ticket)
		local ids = idsOn(ticket)
		for i, record in ipairs(call('HMGET', part.holds, unpack(ids))) do
			local hold = record and readHold(record)
			if hold and hold.expiresAt <= now then
				hold.id = ids[i]
				over[#over + 1] = hold
			elseif hold then
				call('ZADD', part.leases, scoreOf(hold.expiresAt), ticketOf(ids[i]))
			end
		end
	end
	return over, #tickets < TICKETS_AT_ONCE
end

-- Turns what these holds hold into estimated spend.
local function bookExpired(part, holds, now)
	local entries, starts = {}, {}
	for i, hold in ipairs(holds) do
		entries[i], starts[i] = entriesOf(part, hold, now)
	end
	loadCounters(part, now)
	for i, hold in ipairs(holds) do
		local amounts = amountsOf(hold.microCents, hold.input, hold.cached, hold.output)
		for j, counter in ipairs(entries[i]) do
			local amount = amounts[counter[UNIT]]
			change(counter, starts[i][j], counter[KIND] == UNDER_WAY and 0 or amount, -amount)
		end
		endHold(part, hold.id, hold, 'x', now)
	end
	saveCounters(part, now)
end

-- Books the holds of a partition whose lease has run out, some hundreds at most; true when none is left.
local function expireDue(part, now)
	local isDone, booked = false, 0
	while not isDone and booked < BOOKED_AT_ONCE do
		local over
		over, isDone = takeDue(part, now)
		if #over > 0 then
			bookExpired(partition(part.first, part.reports), over, now)
		end
		booked = booked + #over
	end
	local first = call('ZRANGE', part.leases, 0, 0, 'WITHSCORES')
	local nextEnd = first[2] and tonumber(first[2]) or NEVER
	if part.next ~= nextEnd then
		part.next, part.metaChanged = nextEnd, true
	end
	return isDone
end

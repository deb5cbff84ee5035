-- Leases end by tickets: a ticket names reservations admitted together whose leases end together, '<Hc0' each. Nobody
-- takes a reservation off its ticket: when the end has come, those that ended meanwhile are passed over, and those
-- that were renewed get a ticket for their later end. So a batch writes one ticket, and renewing or settling none.
--- @define TICKETS_AT_ONCE 16, ROUNDS 8

local function scoreOf(at)
	return string.format('%.0f', at)
end

local function ticketOf(id)
	return write('<Hc0', #id, id)
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

-- Reads the tickets whose end has come and takes them away. Answers the holds whose lease has run out.
local function takeDue(part, now)
	local tickets = call('ZRANGEBYSCORE', part.leases, '-inf', now, 'LIMIT', 0, TICKETS_AT_ONCE)
	if #tickets > 0 then
		call('ZREM', part.leases, unpack(tickets))
	end
	local over = {}
	for _, ticket in ipairs(tickets) do
		local ids = idsOn(ticket)
		local records = call('HMGET', part.holds, unpack(ids))
		for i, id in ipairs(ids) do
			local hold = records[i] and readHold(records[i])
			if hold and hold.state == 'h' then
				if hold.expiresAt <= now then
					hold.id = id
					over[#over + 1] = hold
				else
					call('ZADD', part.leases, scoreOf(hold.expiresAt), ticketOf(id))
				end
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
	local isDone, rounds = false, 0
	while not isDone and rounds < ROUNDS do
		local over
		over, isDone = takeDue(part, now)
		if #over > 0 then
			bookExpired(partition(part.first, part.reports), over, now)
		end
		rounds = rounds + 1
	end
	local first = call('ZRANGE', part.leases, 0, 0, 'WITHSCORES')
	local nextEnd = first[2] and tonumber(first[2]) or NEVER
	if part.next ~= nextEnd then
		part.next, part.metaChanged = nextEnd, true
	end
	return isDone
end

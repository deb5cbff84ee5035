-- A hold in the store: '<c1Bddddddd' state (h held, s settled, r released, x expired), whether it holds of shared limits
-- too, end of its lease, its end, admission (epoch ms), micro-cents, input tokens, those that were cached, output tokens;
-- of a held or expired one then '<Hc0' the call as JSON, and what it holds of, as definitions of counters (counters.lua).
-- How much it holds of each follows from its size and the counter's unit, in which slice from its admission.
--- @define HEADER '<c1Bddddddd', HEADER_BYTES 58

local function readHold(record)
	local hold = { record = record }
	hold.state, hold.shared, hold.expiresAt, hold.endedAt, hold.admittedAt, hold.microCents, hold.input, hold.cached, hold.output =
		read(HEADER, record)
	return hold
end

-- A hold under way, or one that ended and is remembered.
local function findHold(part, id)
	local record = call('HGET', part.holds, id) or call('HGET', part.ended, id)
	return record and readHold(record)
end

local function headerOf(hold)
	return write(
		HEADER,
		hold.state,
		hold.shared,
		hold.expiresAt,
		hold.endedAt,
		hold.admittedAt,
		hold.microCents,
		hold.input,
		hold.cached,
		hold.output
	)
end

-- How a ticket names a reservation (leases.lua).
local function ticketOf(id)
	return write('<Hc0', #id, id)
end

-- A ticket it shares with others stays until it is due.
local function removeHold(part, id)
	call('HDEL', part.holds, id)
	call('ZREM', part.leases, ticketOf(id))
end

-- Ends a hold. An expired one keeps what it holds of: a late settlement corrects it.
local function endHold(part, id, hold, state, now)
	local tail = state == 'x' and hold.record:sub(HEADER_BYTES + 1) or ''
	if hold.state == 'h' then
		removeHold(part, id)
	elseif part.reports then
		call('ZREM', part.unreported, id)
	end
	hold.state, hold.endedAt = state, now
	call('HSET', part.ended, id, headerOf(hold) .. tail)
	if state == 'x' and part.reports then
		call('ZADD', part.unreported, now, id)
	else
		call('RPUSH', part.endings, write('<d', now) .. id)
	end
end

-- A hold in the store: '<c1Bddddddd' state (h held, s settled, r released, x expired), whether it holds of shared limits
-- too, end of its lease, its end, admission (epoch ms), micro-cents, input tokens, those that were cached, output tokens; of a held or expired
-- one then '<I4c0' what it holds of, as definitions of counters (counters.lua), and the call as JSON. What it holds of a
-- counter follows from its size and the counter's unit, the slice from its admission.
--- @define HEADER '<c1Bddddddd', HEADER_BYTES 58

local function readHold(record)
	local hold = { record = record }
	hold.state, hold.shared, hold.expiresAt, hold.endedAt, hold.admittedAt, hold.microCents, hold.input, hold.cached, hold.output =
		read(HEADER, record)
	return hold
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

-- Ends a hold. An expired one keeps what it holds of: a late settlement corrects it.
local function endHold(part, id, hold, state, now)
	local tail = state == 'x' and hold.record:sub(HEADER_BYTES + 1) or ''
	if hold.state == 'x' and part.reports then
		call('ZREM', part.unreported, id)
	end
	hold.state, hold.endedAt = state, now
	call('HSET', part.holds, id, headerOf(hold) .. tail)
	if state == 'x' and part.reports then
		call('ZADD', part.unreported, now, id)
	else
		call('RPUSH', part.ended, write('<d', now) .. id)
	end
end

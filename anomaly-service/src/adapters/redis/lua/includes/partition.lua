-- What is counted together. Its keys, all in one hash slot:
--   counts      hash: counter id -> head (counters.lua); 'meta' -> next lease end, next refresh; 'seed' -> who seeds
--   slices      hash: counter id -> its slices but the newest (slices.lua)
--   holds       hash: reservation id -> record of a hold under way (holds.lua); '' -> breaker
--   leases      sorted set: tickets by the end of their leases (leases.lua)
--   ended       hash: reservation id -> record of a hold that ended
--   endings     list: when and which, oldest first
--   unreported  sorted set: expired reservations nobody has recorded yet, by their end
--- @define KEYS_EACH 7

-- Counts that nobody asked about for two months are not kept: they are seeded again when somebody does.
--- @define KEEP_MS 5356800000, REFRESH_EVERY_MS 86400000

-- The partition whose keys begin at KEYS[first]. `reports`: its expired holds have to be recorded by somebody.
local function partition(first, reports)
	return {
		first = first,
		counts = KEYS[first],
		slices = KEYS[first + 1],
		holds = KEYS[first + 2],
		leases = KEYS[first + 3],
		ended = KEYS[first + 4],
		endings = KEYS[first + 5],
		unreported = KEYS[first + 6],
		reports = reports,
		-- Counters this script works with, and by id; the fields of `counts` to read for them.
		counters = {},
		byId = {},
		fields = { 'meta' },
		next = NEVER,
		refreshAt = 0,
		metaChanged = false,
	}
end

-- No lease of the partition ends before `part.next`.
local function noteLeaseEnd(part, at)
	if at < part.next then
		part.next = at
		part.metaChanged = true
	end
end

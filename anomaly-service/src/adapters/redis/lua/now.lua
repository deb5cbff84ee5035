-- The time of the store that keeps a partition; an error when it cannot serve it.
--
-- KEYS  those of the partition
--
-- Epoch ms

--- @include "base"

call('EXISTS', KEYS[1])
return storeTime(-1)

-- The spend before is compared by recent_activity, which has the requests of each hour too.
drop function fuse.usage_by_slice(timestamptz, bigint);

-- Runs after the migrations of a local stack (`supabase start`, `supabase db reset`), never in a hosted project.
-- It is empty on purpose: prices come with the service at its start, and usage that nobody made would be counted against
-- limits like any other. To see the service at work, run its replay: `npm start`.
select fuse.schema_version()->>'version' as migrated_to;

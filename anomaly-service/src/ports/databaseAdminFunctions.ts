/** ISO 8601 instant. */
type Instant = string;
/** `2026-11-21`, in UTC. */
type Day = string;

/** How the database keeps its usage events. */
export type DatabaseAdminFunctions = {
	open_usage_days: { args: { days: Day[] }; result: { opened: Day[]; busy: Day[] } };
	stray_usage_days: { args: { from: Instant; limit: number }; result: Day[] };
	drop_usage_days: {
		args: { before: Instant; now: Instant };
		result: {
			/** `day` is null for events that had no table of their own. */
			days: { day: Day | null; events: number; microCents: number }[];
			more: boolean;
			busy: boolean;
		};
	};
};

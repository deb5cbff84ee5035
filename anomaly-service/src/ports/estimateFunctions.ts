/** A call as a list: a restart reads them by the ten thousand. */
type RecentCall = [
	tenantId: string,
	provider: string,
	model: string,
	input: number,
	cached: number,
	output: number,
];

export type EstimateFunctions = {
	recent_usage: {
		/** `since`: ISO 8601 instant. */
		args: { since: string; tenants: number; callsPerTenant: number };
		result: RecentCall[];
	};
};

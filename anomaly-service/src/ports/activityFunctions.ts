import type { MicroCents } from '../../../core/money.ts';

/** ISO 8601 instant. */
type Instant = string;

/** What is read back of the recent past, see recent_activity.sql. */
export type ActivityFunctions = {
	recent_activity: {
		args: { since: Instant; healthSince: Instant };
		result: {
			/** Hour: epoch ms. Quarters: bit n is set when there was a call in quarter n of it. */
			hours: [tenantId: string, hour: number, microCents: MicroCents, quarters: number][];
			cached: [
				tenantId: string,
				modelKey: string,
				/** Since the epoch, UTC. */
				day: number,
				calls: number,
				input: number,
				cached: number,
			][];
			providers: [endpoint: string, provider: string][];
		};
	};
};

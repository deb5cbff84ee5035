import { DAY_MS, MINUTE_MS } from '../../../core/durations.ts';
import type { MicroCents } from '../../../core/money.ts';
import { iso, utcDay } from '../../../core/utc.ts';
import type { Database } from '../ports/database.ts';
import { SERVICE_TENANT } from './serviceTenant.ts';

/** What another replica spent is known here a minute later. */
const READ_AGAIN_MS = MINUTE_MS;

/**
 * What the embedder may cost in a UTC day. What it did cost is in the ledger, as usage of the service itself, so that a
 * restart forgets nothing.
 */
export class EmbeddingBudget {
	readonly #database: Database;
	readonly #perDay: MicroCents;
	#known: { day: string; readAt: number; spent: MicroCents } | undefined;

	constructor(database: Database, perDay: MicroCents) {
		this.#database = database;
		this.#perDay = perDay;
	}

	/** Negative when a request cost more than was thought. Rejects when the ledger cannot be read. */
	async left(now: number): Promise<MicroCents> {
		const day = utcDay(now);
		if (this.#known?.day !== day || now - this.#known.readAt >= READ_AGAIN_MS) {
			const since = Date.parse(day);
			const { microCents } = await this.#database.call('tenant_spend', {
				tenantId: SERVICE_TENANT,
				since: iso(since),
				until: iso(since + DAY_MS),
			});
			this.#known = { day, readAt: now, spent: microCents };
		}
		return this.#perDay - this.#known.spent;
	}

	/** Counts what is on its way into the ledger. */
	spend(microCents: MicroCents): void {
		if (this.#known) this.#known.spent += microCents;
	}
}

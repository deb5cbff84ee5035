import { HOUR_MS, WEEK_MS } from '../../../core/durations.ts';
import { expandCall } from '../../../core/behaviour/compactCall.ts';
import type { Call } from '../../../core/behaviour/minuteSums.ts';
import type { Database } from '../ports/database.ts';
import { TenantActivity } from './tenantActivity.ts';

/** The recent activity of every tenant. */
export class ActivityBook {
	readonly #tenants = new Map<string, TenantActivity>();

	of(tenantId: string): TenantActivity {
		const known = this.#tenants.get(tenantId);
		if (known) return known;
		const activity = new TenantActivity();
		this.#tenants.set(tenantId, activity);
		return activity;
	}

	observe(tenantId: string, call: Call, now: number): void {
		this.of(tenantId).observe(call, now);
	}

	/** Tenants with calls within the last three hours. */
	active(): string[] {
		return [...this.#tenants]
			.filter(([, activity]) => !activity.isQuiet)
			.map(([tenantId]) => tenantId);
	}

	forget(now: number): void {
		for (const [tenantId, activity] of this.#tenants) {
			activity.forget(now);
			if (activity.isForgotten) this.#tenants.delete(tenantId);
		}
	}

	/** Reads back from the database what a restart forgot: hourly spend of a week, calls of the last three hours. */
	async restore(database: Database, now: number): Promise<void> {
		const recent = new Date(now - 3 * HOUR_MS).toISOString();
		const hours = await database.call('usage_by_slice', {
			since: new Date(now - WEEK_MS).toISOString(),
			sliceMs: HOUR_MS,
		});
		for (const { tenantId, at, microCents } of hours)
			this.of(tenantId).addHour(at, microCents, now);

		for (const { tenantId } of await database.call('active_tenants', { since: recent })) {
			const activity = this.of(tenantId);
			const calls = await database.call('tenant_calls', {
				tenantId,
				since: recent,
				until: new Date(now + 1000).toISOString(),
			});
			for (const call of calls) activity.observeRecent(expandCall(call), now);
		}
	}
}

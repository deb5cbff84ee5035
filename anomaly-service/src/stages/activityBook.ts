import { setImmediate as breathe } from 'node:timers/promises';
import { HOUR_MS, MINUTE_MS, WEEK_MS } from '../../../core/durations.ts';
import { expandCall } from '../../../core/behaviour/compactCall.ts';
import { MINUTES_KEPT } from '../../../core/behaviour/features.ts';
import type { Call } from '../../../core/behaviour/minuteSums.ts';
import type { Database } from '../ports/database.ts';
import { TenantActivity } from './tenantActivity.ts';

/** What is forgotten of so many tenants at a time holds requests up for some 5 ms. */
const FORGET_AT_A_TIME = 500;

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

	/** Tenants with calls that a window reaches, or did lately. */
	active(): string[] {
		return [...this.#tenants]
			.filter(([, activity]) => !activity.isQuiet)
			.map(([tenantId]) => tenantId);
	}

	async forget(now: number): Promise<void> {
		let looked = 0;
		for (const [tenantId, activity] of this.#tenants) {
			activity.forget(now);
			if (activity.isForgotten) this.#tenants.delete(tenantId);
			if (++looked % FORGET_AT_A_TIME === 0) await breathe();
		}
	}

	/** Reads back from the database what a restart forgot: hourly spend of a week, calls that windows reach. */
	async restore(database: Database, now: number): Promise<void> {
		const recent = new Date(now - MINUTES_KEPT * MINUTE_MS).toISOString();
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

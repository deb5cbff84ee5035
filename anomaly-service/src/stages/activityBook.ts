import { setImmediate as breathe } from 'node:timers/promises';
import { DAY_MS, HOUR_MS, MINUTE_MS, WEEK_MS } from '../../../core/durations.ts';
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
	#listeningSince = Infinity;

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

	/** Every tenant with a call within the last week: first those with calls that a window reaches. */
	known(): string[] {
		const quiet: string[] = [];
		const active: string[] = [];
		for (const [tenantId, activity] of this.#tenants) {
			(activity.isQuiet ? quiet : active).push(tenantId);
		}
		return [...active, ...quiet];
	}

	/** Tenants with calls that a window reaches, or did lately. */
	active(): string[] {
		return [...this.#tenants]
			.filter(([, activity]) => !activity.isQuiet)
			.map(([tenantId]) => tenantId);
	}

	/** Since when it hears of calls, epoch ms; Infinity: it does not yet. */
	get listeningSince(): number {
		return this.#listeningSince;
	}

	async forget(now: number): Promise<void> {
		let looked = 0;
		for (const [tenantId, activity] of this.#tenants) {
			activity.forget(now);
			if (activity.isForgotten) this.#tenants.delete(tenantId);
			if (++looked % FORGET_AT_A_TIME === 0) await breathe();
		}
	}

	/** Reads back from the database what a restart forgot: the hours of a week, and calls that windows reach. */
	async restore(database: Database, now: number): Promise<void> {
		const ago = (ms: number) => new Date(now - ms).toISOString();
		const { hours, cached, providers } = await database.call('recent_activity', {
			since: ago(WEEK_MS + DAY_MS),
			healthSince: ago(HOUR_MS),
		});
		for (const [tenantId, hour, microCents, quarters] of hours) {
			this.of(tenantId).addHour(hour, microCents, now);
			this.of(tenantId).rhythm.addHour(hour, quarters);
		}
		for (const [tenantId, modelKey, day, calls, input, cachedTokens] of cached) {
			this.of(tenantId).cached.addDay(modelKey, day, { calls, input, cached: cachedTokens });
		}
		await this.#restoreCalls(database, now, new Map(providers));
		this.#listeningSince = now;
	}

	async #restoreCalls(
		database: Database,
		now: number,
		providers: ReadonlyMap<string, string>,
	): Promise<void> {
		const since = new Date(now - MINUTES_KEPT * MINUTE_MS).toISOString();
		const until = new Date(now + 1000).toISOString();
		for (const { tenantId } of await database.call('active_tenants', { since })) {
			const activity = this.of(tenantId);
			for (const compact of await database.call('tenant_calls', { tenantId, since, until })) {
				const call = expandCall(compact);
				activity.observeRecent({ ...call, provider: providers.get(call.endpoint) }, now);
			}
		}
	}
}

import { HOUR_MS, MINUTE_MS } from '../../../../core/durations.ts';
import { REMEMBER_MS } from '../../ports/counters.ts';
import { TENANTS_KEY } from './keys.ts';
import type { RedisLink } from './redisLink.ts';

/** A tenant not seen for so long has no lease any more, and nothing of it is remembered. */
const FORGET_AFTER_MS = HOUR_MS + REMEMBER_MS;
/** Noted tenants are kept in this process up to so many; beyond that they are noted again. */
const MAX_NOTED = 10_000;

/** Which tenants may have holds, so that somebody looks after them when the replica that granted them is gone. */
export class TenantRegistry {
	readonly #link: RedisLink;
	/** When they were noted, and whether that is done yet. */
	readonly #noted = new Map<string, { at: number; done: Promise<unknown> | undefined }>();

	constructor(link: RedisLink) {
		this.#link = link;
	}

	/** Resolves when the store knows of the tenant; asks it at most once a minute. */
	note(tenantId: string, now: number): Promise<unknown> | undefined {
		const noted = this.#noted.get(tenantId);
		if (noted && Math.abs(now - noted.at) < MINUTE_MS) return noted.done;

		if (this.#noted.size >= MAX_NOTED) this.#noted.clear();
		const done = this.#link
			.send((client) => client.zadd(TENANTS_KEY, 'GT', now, tenantId))
			.then(
				() => this.#noted.set(tenantId, { at: now, done: undefined }),
				(error: unknown) => {
					this.#noted.delete(tenantId);
					throw error;
				},
			);
		this.#noted.set(tenantId, { at: now, done });
		return done;
	}

	all(): Promise<string[]> {
		return this.#link.send((client) => client.zrange(TENANTS_KEY, 0, '-1'));
	}

	/** Forgets whom nobody has seen for long, but not those that still have something to report. */
	async forget(now: number, keep: ReadonlySet<string>): Promise<void> {
		for (const tenantId of keep) {
			await this.#link.send((client) => client.zadd(TENANTS_KEY, 'GT', now, tenantId));
		}
		const last = String(now - FORGET_AFTER_MS);
		await this.#link.send((client) => client.zremrangebyscore(TENANTS_KEY, '-inf', last));
	}
}

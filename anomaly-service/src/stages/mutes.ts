import { iso } from '../../../core/utc.ts';
import type { Mute } from '../ports/alertFunctions.ts';
import type { Database } from '../ports/database.ts';

type MuteBy = {
	/** Null: of all tenants. */
	tenantId: string | null;
	actor: string;
	now: number;
};

/**
 * Rules that people do not want to hear of for a while, in memory. What they find is kept all the same. Openings of a
 * breaker are never muted: somebody was cut off.
 */
export class Mutes {
	readonly #database: Database;
	readonly #changed: () => void;
	#mutes: readonly Mute[] = [];

	/** `changed` tells the other replicas. */
	constructor({ database, changed }: { database: Database; changed: () => void }) {
		this.#database = database;
		this.#changed = changed;
	}

	isMuted(rule: string, tenantId: string, now: number): boolean {
		return this.#mutes.some(
			(mute) =>
				mute.rule === rule &&
				(mute.tenantId === null || mute.tenantId === tenantId) &&
				now < Date.parse(mute.until),
		);
	}

	/** Those of all tenants and, of a tenant's own, those of this one; `tenantId` null: of any. */
	list(tenantId: string | null, now: number): Mute[] {
		return this.#mutes.filter(
			(mute) =>
				now < Date.parse(mute.until) &&
				(tenantId === null || mute.tenantId === null || mute.tenantId === tenantId),
		);
	}

	async load(now: number): Promise<void> {
		const mutes = await this.#database.call('list_mutes', { now: iso(now) });
		this.#mutes = mutes.map((mute) => ({ ...mute, until: iso(Date.parse(mute.until)) }));
	}

	/** Mutes a rule from now on for this long, whatever mute there was. It holds here when this resolves. */
	async mute(rule: string, by: MuteBy & { durationMs: number }): Promise<{ until: number }> {
		const { tenantId, durationMs, actor, now } = by;
		const until = now + durationMs;
		await this.#database.call('put_mute', {
			...{ rule, tenantId, until: iso(until), actor, now: iso(now) },
		});
		await this.#reread(now);
		return { until };
	}

	/** False: there is no such mute. */
	async unmute(rule: string, { tenantId, actor, now }: MuteBy): Promise<boolean> {
		const { unmuted } = await this.#database.call('delete_mute', {
			...{ rule, tenantId, actor, now: iso(now) },
		});
		await this.#reread(now);
		return unmuted;
	}

	async #reread(now: number): Promise<void> {
		await this.load(now);
		this.#changed();
	}
}

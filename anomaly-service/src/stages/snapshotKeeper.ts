import { MINUTE_MS } from '../../../core/durations.ts';
import type { Database } from '../ports/database.ts';
import type { ScoredSnapshot } from './score.ts';
import { arrayLiteral } from './sparseVector.ts';

/** From this strength on every minute is kept: what led up to an alert is looked at with it. */
export const NEARLY = 0.8;
/** Of ordinary minutes one in so many. */
const EVERY_MINUTES = 5;
/** Longer than any interval of scoring. */
const FORGET_AFTER_MINUTES = 60;

type Kept = { minute: number; strength: number };

/** Keeps of all that is scored what somebody may look at later: every fifth minute, and what was flagged or nearly. */
export class SnapshotKeeper {
	readonly #database: Database;
	/** By tenant, what was kept last. */
	readonly #kept = new Map<string, Kept>();

	constructor({ database }: { database: Database }) {
		this.#database = database;
	}

	/** All of one minute. */
	async keep(scored: readonly ScoredSnapshot[]): Promise<void> {
		const worthKeeping = scored.filter((snapshot) => this.#isWorthKeeping(snapshot));
		const spaces = Map.groupBy(worthKeeping, ({ space }) => space);
		for (const [space, snapshots] of spaces) await this.#store(space, snapshots);
		for (const { tenantId, minute, strength } of worthKeeping) {
			this.#kept.set(tenantId, { minute, strength });
		}
	}

	/** Lets go of tenants that were not scored for long. */
	forget(minute: number): void {
		for (const [tenantId, kept] of this.#kept) {
			if (kept.minute < minute - FORGET_AFTER_MINUTES) this.#kept.delete(tenantId);
		}
	}

	#isWorthKeeping({ tenantId, minute, strength }: ScoredSnapshot): boolean {
		let kept = this.#kept.get(tenantId);
		if (!kept) {
			// As if kept within the last five minutes, each tenant at its own: a restart does not keep all at once.
			kept = { minute: minute - placeOf(tenantId), strength: 0 };
			this.#kept.set(tenantId, kept);
		}
		// Also of a clock that was set back: else nothing would be kept until it is where it was.
		if (Math.abs(minute - kept.minute) >= EVERY_MINUTES) return true;

		return strength > NEARLY && (minute !== kept.minute || strength > kept.strength);
	}

	async #store(space: string, snapshots: readonly ScoredSnapshot[]): Promise<void> {
		const [{ minute } = { minute: 0 }] = snapshots;
		await this.#database.call('store_snapshots', {
			at: new Date(minute * MINUTE_MS).toISOString(),
			space,
			snapshots: snapshots.map(
				({ tenantId, version, raw, literal, distance, strength }) =>
					[tenantId, version, arrayLiteral(raw), literal, distance, strength] as const,
			),
		});
	}
}

/** From 0 to 4, spread over tenants. */
function placeOf(tenantId: string): number {
	let hash = 0;
	for (let at = 0; at < tenantId.length; at++) hash = (hash * 31 + tenantId.charCodeAt(at)) >>> 0;

	return hash % EVERY_MINUTES;
}

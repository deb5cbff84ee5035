import { DAY_MS } from '../../../core/durations.ts';
import { restoreLevels, type Levels } from '../../../core/behaviour/levels.ts';
import type { Scale } from '../../../core/behaviour/scales.ts';
import type { Database } from '../ports/database.ts';
import type { DatabaseFunctions } from '../ports/databaseFunctions.ts';
import type { Log } from '../ports/log.ts';

export type ActiveBaseline = {
	version: number;
	levels: Levels;
	scales: readonly Scale[];
	/** Where it has centroids: in `features`, and perhaps in the space of a text embedder. */
	spaces: readonly string[];
};

type ActivePage = DatabaseFunctions['active_baselines']['result'];

/** Tenants without usage for longer are not scored, and refitted when they are back. */
const ACTIVE_DAYS = 7;
const PAGE = 200;
/** What was committed late has an earlier time than what was read already. */
const OVERLAP_MS = 5000;

/** What tenants are scored against, in memory. Every replica has it: the one that scores may be gone in a second. */
export class BaselineBook {
	readonly #database: Database;
	readonly #log: Log;
	readonly #active = new Map<string, ActiveBaseline>();
	/** By the clock of the database, epoch ms; null: nothing was read yet. */
	#changedAt: number | null = null;

	constructor({ database, log }: { database: Database; log: Log }) {
		this.#database = database;
		this.#log = log;
	}

	get(tenantId: string): ActiveBaseline | undefined {
		return this.#active.get(tenantId);
	}

	put(tenantId: string, baseline: ActiveBaseline): void {
		this.#active.set(tenantId, baseline);
	}

	/** Reads what changed since the last time; all of it the first time. */
	async load(now: number): Promise<void> {
		const activeSince = new Date(now - ACTIVE_DAYS * DAY_MS).toISOString();
		const changedSince =
			this.#changedAt === null ? null : new Date(this.#changedAt - OVERLAP_MS).toISOString();
		let after: string | null = null;
		do {
			const page: ActivePage = await this.#database.call('active_baselines', {
				...{ activeSince, changedSince, after, limit: PAGE },
			});
			for (const stored of page) {
				this.#take(stored);
				this.#changedAt = Math.max(this.#changedAt ?? 0, stored.changedAt);
			}
			after = page.length < PAGE ? null : (page.at(-1)?.tenantId ?? null);
		} while (after !== null);
	}

	/** One that cannot be read, as of another version of this program, leaves its tenant unscored and nobody else. */
	#take({ tenantId, version, spaces, levels, scales }: ActivePage[number]): void {
		const known = this.#active.get(tenantId);
		try {
			const isKnown = known?.version === version;
			const made = isKnown ? known : { version, scales, levels: restoreLevels(levels) };
			this.put(tenantId, { ...made, spaces });
		} catch (error) {
			this.#active.delete(tenantId);
			this.#log.error({ err: error, tenantId, version }, 'baseline could not be read');
		}
	}
}

import { restoreLevels } from '../../../core/behaviour/levels.ts';
import type { StoredBaseline } from '../ports/baselineFunctions.ts';
import type { Broadcast } from '../ports/broadcast.ts';
import type { Database } from '../ports/database.ts';
import type { BaselineBook } from './baselineBook.ts';
import type { BaselineLimits } from './baselineLimits.ts';
import type { BaselineRefresh, RefreshResult } from './baselineRefresh.ts';
import type { BaselineShifts } from './baselineShifts.ts';
import { FEATURES_SPACE } from './embedTick.ts';

export type BaselineDeskDependencies = {
	book: BaselineBook;
	broadcast: Pick<Broadcast, 'publish'>;
	database: Database;
	limits: BaselineLimits;
	refresh: BaselineRefresh;
	shifts: BaselineShifts;
};

export type RollBack = {
	version: number;
	/** No job replaces it for as long. */
	holdMs: number;
	note: string | null;
	actor: string;
	now: number;
};

/** What operators order about baselines. */
export class BaselineDesk {
	readonly #deps: BaselineDeskDependencies;

	constructor(deps: BaselineDeskDependencies) {
		this.#deps = deps;
	}

	/** Goes back to an older version, at today's limit: alerts and dismissals were not undone. */
	async rollBack(
		tenantId: string,
		order: RollBack,
	): Promise<'already' | 'unknown' | { baseline: StoredBaseline; previous: number }> {
		const { book, broadcast, database, limits } = this.#deps;
		const { version, holdMs, note, actor, now } = order;
		const baseline = await database.call('load_baseline', { tenantId, version });
		if (!baseline) return 'unknown';
		const { theta, factor } = await limits.of(tenantId, now);
		const used = await database.call('use_baseline', {
			...{ tenantId, version, note, actor, now: new Date(now).toISOString() },
			scoring: {
				tangentLimit: baseline.tangentLimit * factor,
				theta,
				refreshAfter: new Date(now + holdMs).toISOString(),
			},
		});
		if (used.outcome !== 'used') return used.outcome;
		const { levels, scales } = baseline;
		book.put(tenantId, {
			version,
			levels: restoreLevels(levels),
			scales,
			spaces: [FEATURES_SPACE],
		});
		await broadcast.publish({ kind: 'baselinesChanged' });
		const inUse = await database.call('load_baseline', { tenantId, version });
		return { baseline: inUse ?? baseline, previous: used.previous };
	}

	/** "Yes, a new normal": learns it at once. `open` false: nobody asked. */
	async acceptShift(
		tenantId: string,
		by: { actor: string; note: string | null; now: number },
	): Promise<{ open: boolean; refreshed: RefreshResult | undefined }> {
		const { refresh, shifts } = this.#deps;
		if (!(await shifts.accept(tenantId, by))) return { open: false, refreshed: undefined };

		return { open: true, refreshed: await refresh.run(tenantId, { ...by, cause: 'accepted' }) };
	}
}

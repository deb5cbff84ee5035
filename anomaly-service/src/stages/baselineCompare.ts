import {
	diffBaselines,
	type BaselineDiff,
	type ComparedBaseline,
} from '../../../core/baselineDiff.ts';
import { limitOf } from '../../../core/behaviour/threshold.ts';
import type { StoredBaseline } from '../ports/baselineFunctions.ts';
import type { Database } from '../ports/database.ts';

export type Comparison = {
	/** Undefined: there is no such version, or none before. */
	from: StoredBaseline | undefined;
	to: StoredBaseline;
	/** Undefined when there is nothing to compare with. */
	diff: BaselineDiff | undefined;
};

/**
 * Two versions of a tenant's baseline. `to` left out: the one in use; `from` left out: the one it came after. Undefined:
 * `to` does not exist.
 */
export async function compareVersions(
	database: Database,
	tenantId: string,
	versions: { from?: number | undefined; to?: number | undefined },
): Promise<Comparison | undefined> {
	const to = await database.call('load_baseline', { tenantId, version: versions.to ?? null });
	if (!to) return undefined;
	const before = versions.from ?? to.parent;
	const from =
		before === null ? null : await database.call('load_baseline', { tenantId, version: before });
	const diff = from ? diffBaselines(comparable(from), comparable(to)) : undefined;

	return { from: from ?? undefined, to, diff };
}

/** The limit of a version that is not in use is the one it was fitted with. */
function comparable({ levels, centroids, ...stored }: StoredBaseline): ComparedBaseline {
	const { scoring, tangentLimit, theta } = stored;

	return {
		levels,
		centroids,
		limit: scoring?.tangentLimit ?? (tangentLimit * limitOf(theta)) / limitOf(0),
	};
}

import { embed } from '../../../core/behaviour/embedding.ts';
import { minuteOf } from '../../../core/behaviour/minuteSums.ts';
import { standardise, type Scale } from '../../../core/behaviour/scales.ts';
import type { Database } from '../ports/database.ts';
import { sparseLiteral } from './sparseVector.ts';

type JudgementDependencies = {
	baselines: { get(tenantId: string): { version: number; scales: readonly Scale[] } | undefined };
	database: Database;
};

/** A refit of 100 tenants leaves about as many; the next minute does the rest. */
const AT_A_TIME = 2000;

/** Makes the vectors of judged snapshots anew where their tenant has another baseline by now: else they would be compared in vain. */
export async function renewJudgements(
	{ baselines, database }: JudgementDependencies,
	now: number,
): Promise<void> {
	const stale = await database.call('stale_judgements', {
		now: new Date(now).toISOString(),
		limit: AT_A_TIME,
	});
	const judgements = stale.flatMap(([feedbackId, at, tenantId, raw]) => {
		const baseline = baselines.get(tenantId);
		if (!baseline) return [];
		const vector = embed(standardise(raw, baseline.scales), minuteOf(Date.parse(at)));

		return [[feedbackId, at, baseline.version, sparseLiteral(vector)] as const];
	});
	if (judgements.length > 0) await database.call('renew_judgements', { judgements });
}

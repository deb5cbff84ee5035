import { DAY_MS } from '../../../core/durations.ts';
import { canonicalProvider, type PriceBook } from '../../../core/priceBook.ts';
import {
	compare,
	driftingDays,
	totalsOf,
	type ComparedLine,
	type Thresholds,
	type Totals,
} from '../../../core/reconcile.ts';
import type { ReportDay, ReportLine } from '../../../core/readers/reports/reportReading.ts';
import { iso } from '../../../core/utc.ts';
import type { Database } from '../ports/database.ts';
import type { ReconciliationRow } from '../ports/reconciliationFunctions.ts';
import { pricedLines, type UnpricedUse } from './reportPrices.ts';
import type { ServiceAlert, ServiceAlerts } from './serviceAlerts.ts';

export type ReconciliationDependencies = {
	alerts: Pick<ServiceAlerts, 'raise'>;
	/** Asked for every comparison, so that it may change underneath. */
	book: Pick<PriceBook, 'find'>;
	database: Database;
};

/** What reports say, and how to compare it. */
export type Reports = {
	days: readonly ReportDay[];
	lines: readonly ReportLine[];
	keyMap: Readonly<Record<string, string>>;
	thresholds: Thresholds;
};

export type DriftAlert = Totals & {
	provider: string;
	day: string;
	findings: number;
	/** False when the day was alerted about before. */
	raised: boolean;
};

export type Reconciled = {
	/** First and last day, both within; null when the reports are of no day. */
	from: string | null;
	to: string | null;
	lines: ComparedLine[];
	totals: Totals;
	unpriced: UnpricedUse[];
	alerts: DriftAlert[];
};

/** Evidence is read by people; the rest is in the stored lines. */
const FINDINGS_IN_EVIDENCE = 20;

/** Compares what vendors billed with what was recorded, by day and key. */
export class Reconciliation {
	readonly #deps: ReconciliationDependencies;

	constructor(deps: ReconciliationDependencies) {
		this.#deps = deps;
	}

	/**
	 * Stores the comparison and tells what is too far apart, each day of a provider once. Undefined, and nothing stored or
	 * told: no safe integer holds the sums.
	 */
	async reconcile(reports: Reports, now: number): Promise<Reconciled | undefined> {
		const { database, book } = this.#deps;
		const { keyMap, thresholds } = reports;
		const days = distinctDays(reports.days);
		const [from, to] = [days.at(0)?.day ?? null, days.at(-1)?.day ?? null];
		const { priced, unpriced } = pricedLines(reports.lines, book);
		const ledger = from === null || to === null ? [] : await this.#ledger(from, to);
		const lines = compare({ days, vendor: priced, ledger, keyMap }, thresholds, now);
		const totals = totalsOf(lines);
		if (![...lines, totals].every(isExact)) return undefined;

		await database.call('put_reconciliation', {
			days,
			lines: lines.map(rowOf),
			now: iso(now),
		});

		return { from, to, lines, totals, unpriced, alerts: await this.#alert(lines, now) };
	}

	/** Callers name one provider by several names; the reports by one. */
	async #ledger(from: string, to: string) {
		const rows = await this.#deps.database.call('ledger_by_day', {
			from: iso(Date.parse(from)),
			to: iso(Date.parse(to) + DAY_MS),
			provider: null,
		});

		return rows.map((row) => ({ ...row, provider: canonicalProvider(row.provider) }));
	}

	async #alert(lines: readonly ComparedLine[], now: number): Promise<DriftAlert[]> {
		const alerts: DriftAlert[] = [];
		for (const findings of driftingDays(lines)) {
			const [first] = findings;
			if (!first) continue;
			const { provider, day } = first;
			const totals = totalsOf(
				lines.filter((line) => line.provider === provider && line.day === day),
			);
			const raised = await this.#deps.alerts.raise(driftAlert(findings, first, totals), now);
			alerts.push({ provider, day, ...totals, findings: findings.length, raised });
		}
		return alerts;
	}
}

function isExact({ vendorMicroCents, ledgerMicroCents, driftMicroCents }: Totals): boolean {
	return [vendorMicroCents, ledgerMicroCents, driftMicroCents].every(Number.isSafeInteger);
}

function driftAlert(
	findings: readonly ComparedLine[],
	{ provider, day }: ReportDay,
	totals: Totals,
): ServiceAlert {
	const wentPast = findings.some(({ finding }) => finding === 'notRecorded');

	return {
		type: 'spend.drift',
		// Calls that nothing recorded are calls that no limit held.
		severity: wentPast ? 'high' : 'warning',
		part: provider,
		since: Date.parse(day),
		// Bills of several providers may differ on one day.
		perPart: true,
		evidence: {
			...{ provider, day, ...totals },
			findings: findings
				.slice(0, FINDINGS_IN_EVIDENCE)
				.map(({ keyId, basis, finding, driftMicroCents, driftPercent }) => ({
					...{ keyId, basis, finding, driftMicroCents, driftPercent },
				})),
		},
	};
}

function distinctDays(days: readonly ReportDay[]): ReportDay[] {
	const byName = new Map(days.map((one) => [`${one.day}\n${one.provider}`, one]));

	return [...byName.keys()].toSorted().flatMap((name) => byName.get(name) ?? []);
}

function rowOf(line: ComparedLine): ReconciliationRow {
	return {
		provider: line.provider,
		day: line.day,
		key_id: line.keyId,
		level: line.level,
		basis: line.basis,
		in_totals: line.inTotals,
		vendor_micro_cents: line.vendorMicroCents,
		ledger_micro_cents: line.ledgerMicroCents,
		ledger_by_source: line.ledgerBySource,
		drift_micro_cents: line.driftMicroCents,
		drift_percent: line.driftPercent,
		calls: line.calls,
		vendor_tokens: line.vendorTokens,
		ledger_tokens: line.ledgerTokens,
		provisional: line.provisional,
		finding: line.finding,
	};
}

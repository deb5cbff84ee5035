import { HOUR_MS, DAY_MS } from './durations.ts';
import type { MicroCents } from './money.ts';
import {
	groupsOf,
	type Amounts,
	type Basis,
	type LedgerRow,
	type Level,
	type PricedLine,
} from './reconcileGroups.ts';
import type { ReportDay } from './readers/reports/reportReading.ts';

export type Finding = 'notRecorded' | 'notBilled' | 'drift';

/** What a vendor and the ledger say of one key on one day, or of the whole day. */
export type ComparedLine = ReportDay &
	Amounts & {
		/** Ours; `(none)` for calls without one, `(all)` for the whole day. */
		keyId: string;
		level: Level;
		/** `priced`: the vendor told the use, and the price book what it costs. */
		basis: Basis;
		/** Vendor − ledger. */
		driftMicroCents: MicroCents;
		/** Of the larger of the two, with two decimals: −100 to 100; −200 to 200 where one is below 0. */
		driftPercent: number;
		/** The vendor may still change what it says. */
		provisional: boolean;
		/** False for a second look at a day whose bill is in another line. */
		inTotals: boolean;
		finding: Finding | null;
	};

export type Totals = {
	vendorMicroCents: MicroCents;
	ledgerMicroCents: MicroCents;
	driftMicroCents: MicroCents;
	driftPercent: number;
};

export type Thresholds = {
	/** A finding is further apart than both. */
	percent: number;
	microCents: MicroCents;
	/** A day is final this long after its end. */
	settleHours: number;
};

/** What is compared: every day that the reports are of, with what both sides say. */
export type Sides = {
	days: readonly ReportDay[];
	vendor: readonly PricedLine[];
	ledger: readonly LedgerRow[];
	/** Our name of a key by the vendor's id of it. */
	keyMap: Readonly<Record<string, string>>;
};

/** Days in their order, then by provider; within one the largest drift first. */
export function compare(sides: Sides, thresholds: Thresholds, now: number): ComparedLine[] {
	return sides.days
		.toSorted((a, b) => order(a.day, b.day) || order(a.provider, b.provider))
		.flatMap((day) =>
			groupsOf(day, sides)
				.map(({ keyId, level, basis, inTotals, amounts }): ComparedLine => {
					const difference = driftOf(amounts);
					return {
						...day,
						...{ keyId, level, basis },
						...amounts,
						...difference,
						provisional: now < Date.parse(day.day) + DAY_MS + thresholds.settleHours * HOUR_MS,
						inTotals,
						finding: isApart(amounts, thresholds) ? findingOf(amounts) : null,
					};
				})
				.toSorted(
					(a, b) =>
						Number(b.inTotals) - Number(a.inTotals) ||
						Math.abs(b.driftMicroCents) - Math.abs(a.driftMicroCents) ||
						order(a.keyId, b.keyId),
				),
		);
}

/** Each day of a provider counts once: by its bill, else by what its use costs. */
export function totalsOf(lines: readonly ComparedLine[]): Totals {
	let vendorMicroCents = 0;
	let ledgerMicroCents = 0;
	for (const line of lines) {
		if (!line.inTotals) continue;
		vendorMicroCents += line.vendorMicroCents;
		ledgerMicroCents += line.ledgerMicroCents;
	}
	const sums = { vendorMicroCents, ledgerMicroCents };

	return { ...sums, ...driftOf(sums) };
}

/** Final days with findings, each with all of them. */
export function driftingDays(lines: readonly ComparedLine[]): ComparedLine[][] {
	const days = new Map<string, ComparedLine[]>();
	for (const line of lines) {
		if (line.finding === null || line.provisional) continue;
		const key = `${line.provider}\n${line.day}`;
		days.set(key, [...(days.get(key) ?? []), line]);
	}
	return [...days.values()];
}

type Money = Pick<Amounts, 'vendorMicroCents' | 'ledgerMicroCents'>;

function driftOf({ vendorMicroCents, ledgerMicroCents }: Money) {
	const driftMicroCents = vendorMicroCents - ledgerMicroCents;
	const larger = Math.max(Math.abs(vendorMicroCents), Math.abs(ledgerMicroCents));
	// Rounded from the size, so that exchanging the two sides changes the sign alone.
	const percent =
		larger === 0 ? 0 : Math.round((Math.abs(driftMicroCents) / larger) * 10_000) / 100;

	return { driftMicroCents, driftPercent: driftMicroCents < 0 && percent > 0 ? -percent : percent };
}

function isApart(amounts: Money, { percent, microCents }: Thresholds): boolean {
	const { vendorMicroCents, ledgerMicroCents } = amounts;
	const drift = Math.abs(vendorMicroCents - ledgerMicroCents);
	const larger = Math.max(Math.abs(vendorMicroCents), Math.abs(ledgerMicroCents));

	return drift > microCents && drift * 100 > larger * percent;
}

/** What the vendor bills for and nothing was recorded of went past LLM Fuse. */
function findingOf({ calls, vendorMicroCents }: Amounts): Finding {
	if (calls === 0) return 'notRecorded';

	return vendorMicroCents === 0 ? 'notBilled' : 'drift';
}

function order(a: string, b: string): number {
	return a < b ? -1 : Number(a > b);
}

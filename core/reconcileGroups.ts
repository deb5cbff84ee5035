import type { MicroCents } from './money.ts';
import type { ReportDay, ReportLine } from './readers/reports/reportReading.ts';
import { inputTokens, outputTokens } from './usage.ts';

export type Level = 'key' | 'day';
export type Basis = 'billed' | 'priced';

/** A line of a report; what it tells the use of may have been priced by the price book. */
export type PricedLine = ReportLine & { pricedMicroCents?: MicroCents | undefined };

/** What the ledger has of one key and model on one day. */
export type LedgerRow = ReportDay & {
	keyId: string | null;
	model: string;
	calls: number;
	/** With what was cached. */
	inputTokens: number;
	outputTokens: number;
	costMicroCents: MicroCents;
	/** The same, by where the cost is from: the vendor, the price list, a ceiling or an estimate. */
	costBySource: Readonly<Record<string, MicroCents>>;
};

export type Tokens = { input: number; output: number };

export type Amounts = {
	vendorMicroCents: MicroCents;
	ledgerMicroCents: MicroCents;
	ledgerBySource: Record<string, MicroCents>;
	/** Recorded ones. */
	calls: number;
	/** Null: the vendor told the cost only. */
	vendorTokens: Tokens | null;
	ledgerTokens: Tokens;
};

export type Group = {
	keyId: string;
	level: Level;
	basis: Basis;
	inTotals: boolean;
	amounts: Amounts;
};

/** Stand for what is no key; no vendor's id has brackets. */
const ALL_KEYS = '(all)';
const NO_KEY = '(none)';

type Day = { billed: PricedLine[]; used: PricedLine[]; ledger: LedgerRow[] };

/**
 * The lines of one day. By key where both sides know keys, else the whole day. A bill without keys is looked at a
 * second time by what the use of each key costs, where the vendor tells that.
 */
export function groupsOf(
	{ provider, day }: ReportDay,
	{
		vendor,
		ledger,
		keyMap,
	}: {
		vendor: readonly PricedLine[];
		ledger: readonly LedgerRow[];
		keyMap: Readonly<Record<string, string>>;
	},
): Group[] {
	const isOfDay = (line: ReportDay) => line.provider === provider && line.day === day;
	const lines = vendor
		.filter(isOfDay)
		.map((line) => ({ ...line, keyId: ours(line.keyId, keyMap) }));
	const of: Day = {
		billed: lines.filter(({ costMicroCents }) => costMicroCents !== undefined),
		used: lines.filter(({ usage }) => usage !== undefined),
		ledger: ledger.filter(isOfDay),
	};
	// A day without any line is one that cost nothing.
	if (of.billed.length === 0 && of.used.length > 0) {
		return spread(of, { basis: 'priced', level: levelOf(of.used, of.ledger), inTotals: true });
	}
	const level = levelOf(of.billed, of.ledger);
	const bill = spread(of, { basis: 'billed', level, inTotals: true });
	if (level === 'key' || levelOf(of.used, of.ledger) === 'day') return bill;

	return [...bill, ...spread(of, { basis: 'priced', level: 'key', inTotals: false })];
}

function levelOf(lines: readonly PricedLine[], ledger: readonly LedgerRow[]): Level {
	const known = ({ keyId }: { keyId: string | null }) => keyId !== null;

	return lines.some(known) && ledger.some(known) ? 'key' : 'day';
}

function spread(
	{ billed, used, ledger }: Day,
	{ basis, level, inTotals }: Omit<Group, 'keyId' | 'amounts'>,
): Group[] {
	const groups = new Map<string, Amounts>();
	const at = (keyId: string | null): Amounts => {
		const key = level === 'day' ? ALL_KEYS : (keyId ?? NO_KEY);
		const known = groups.get(key) ?? noAmounts();
		groups.set(key, known);
		return known;
	};
	if (level === 'day') at(null);
	const money = basis === 'billed' ? billed : used;
	for (const { keyId, costMicroCents, pricedMicroCents } of money) {
		at(keyId).vendorMicroCents += (basis === 'billed' ? costMicroCents : pricedMicroCents) ?? 0;
	}
	for (const line of used) addTokens(at(line.keyId), line);
	for (const row of ledger) addRow(at(row.keyId), row);

	return [...groups].map(([keyId, amounts]) => ({ keyId, level, basis, inTotals, amounts }));
}

function noAmounts(): Amounts {
	return {
		...{ vendorMicroCents: 0, ledgerMicroCents: 0, ledgerBySource: {}, calls: 0 },
		vendorTokens: null,
		ledgerTokens: { input: 0, output: 0 },
	};
}

function addTokens(amounts: Amounts, { usage }: PricedLine): void {
	if (!usage) return;
	const { input, output } = amounts.vendorTokens ?? { input: 0, output: 0 };
	amounts.vendorTokens = {
		input: input + inputTokens(usage),
		output: output + outputTokens(usage),
	};
}

function addRow(amounts: Amounts, row: LedgerRow): void {
	amounts.calls += row.calls;
	amounts.ledgerMicroCents += row.costMicroCents;
	amounts.ledgerTokens.input += row.inputTokens;
	amounts.ledgerTokens.output += row.outputTokens;
	for (const [source, cost] of Object.entries(row.costBySource)) {
		amounts.ledgerBySource[source] = (amounts.ledgerBySource[source] ?? 0) + cost;
	}
}

function ours(keyId: string | null, keyMap: Readonly<Record<string, string>>): string | null {
	return keyId !== null && Object.hasOwn(keyMap, keyId) ? (keyMap[keyId] ?? keyId) : keyId;
}

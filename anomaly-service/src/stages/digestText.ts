import { formatUsd, type MicroCents } from '../../../core/money.ts';
import type { Change, DaySpend, Mover } from '../../../core/spendDigest.ts';
import type { ModelSpend, SpendSums } from '../ports/reportFunctions.ts';

export type DigestFacts = {
	day: string;
	totals: SpendSums;
	/** Null: nothing was used before, so there is nothing to expect. */
	expected: { basis: 'sameWeekday' | 'lastDays'; days: number } | null;
	change: Change | null;
	cachedShare: number | null;
	lastWeek: DaySpend & { day: string };
	topTenants: readonly (DaySpend & { tenantId: string })[];
	topModels: readonly ModelSpend[];
	movers: readonly Mover[];
	unknownPrices: readonly ModelSpend[];
	incidents: number;
};

/** The report as people read it in a chat or a mail: plain text, one fact a line. */
export function digestText(facts: DigestFacts): { subject: string; text: string } {
	const { day, totals, change } = facts;
	const spent = `${formatUsd(totals.costMicroCents)} USD`;
	const percent = change?.changePercent ?? null;
	const against = percent === null ? '' : ` (${signedPercent(percent)} against expected)`;
	const lines = [
		`LLM spend on ${day}: ${spend(totals)}`,
		...expectedLines(facts),
		`A week before: ${spend(facts.lastWeek)}`,
		cachedLine(facts),
		...section(
			'Top tenants',
			facts.topTenants.map((one) => `${one.tenantId}: ${spend(one)}`),
		),
		...section('Top models', facts.topModels.map(modelLine)),
		...section('Furthest from expected', facts.movers.map(moverLine)),
		...section(
			'Charged at a ceiling, because no price is known',
			facts.unknownPrices.map(modelLine),
		),
		...(facts.incidents > 0 ? ['', `Incidents opened: ${plain(facts.incidents)}`] : []),
	];
	return { subject: `LLM spend on ${day}: ${spent}${against}`, text: lines.join('\n') };
}

const BASIS = {
	sameWeekday: 'the mean of the same weekday in the weeks before',
	lastDays: 'the mean of the days before',
} as const;

function expectedLines({ expected, change }: DigestFacts): string[] {
	if (!expected || !change) return ['Expected: unknown, nothing was used in the four weeks before'];
	const { expectedMicroCents, expectedCalls, changeMicroCents, changePercent } = change;
	const { volumeMicroCents, rateMicroCents } = change;

	return [
		`Expected: ${formatUsd(expectedMicroCents)} USD in ${counted(expectedCalls, 'call')}, ${BASIS[expected.basis]} (${counted(expected.days, 'day')})`,
		`Against expected: ${signedUsd(changeMicroCents)} (${signedPercent(changePercent)}), of it ${signedUsd(volumeMicroCents)} by the number of calls and ${signedUsd(rateMicroCents)} by the cost of a call`,
	];
}

function cachedLine({ cachedShare, totals }: DigestFacts): string {
	if (cachedShare === null) return 'Input read from a cache: none, as there was no input';

	return `Input read from a cache: ${(cachedShare * 100).toFixed(1)} % of ${counted(totals.inputTokens, 'token')}`;
}

function section(title: string, lines: readonly string[]): string[] {
	return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `• ${line}`)];
}

function spend({ costMicroCents, calls }: DaySpend): string {
	return `${formatUsd(costMicroCents)} USD in ${counted(calls, 'call')}`;
}

function modelLine(one: ModelSpend): string {
	return `${one.provider} ${one.model}: ${spend(one)}`;
}

function moverLine({ tenantId, costMicroCents, expectedMicroCents, ...change }: Mover): string {
	const expected =
		expectedMicroCents === null
			? 'its first use'
			: `${formatUsd(expectedMicroCents)} USD expected, ${signedPercent(change.changePercent)}`;

	return `${tenantId}: ${signedUsd(change.changeMicroCents)} (${formatUsd(costMicroCents)} USD, ${expected})`;
}

function signedUsd(amount: MicroCents): string {
	return `${amount < 0 ? '' : '+'}${formatUsd(amount)} USD`;
}

function signedPercent(percent: number | null): string {
	if (percent === null) return 'nothing expected';

	return `${percent < 0 ? '' : '+'}${percent} %`;
}

function counted(count: number, what: 'call' | 'day' | 'token'): string {
	return `${plain(count)} ${what}${count === 1 ? '' : 's'}`;
}

function plain(count: number): string {
	return count.toLocaleString('en-US');
}

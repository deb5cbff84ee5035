import { formatUsd, type MicroCents } from '../money.ts';
import type { SideVerdict } from './verdict.ts';

/** Changed minus configured. */
export type Difference = {
	savedMicroCents: MicroCents;
	trips: number;
	alerts: number;
	falseAlarms: number;
	incidentsFound: number;
	/** For people, in one sentence. */
	summary: string;
};

/** What a change would have made of it. */
export function differenceOf(configured: SideVerdict, changed: SideVerdict): Difference {
	const difference = {
		savedMicroCents: changed.saved.microCents - configured.saved.microCents,
		trips: changed.trips - configured.trips,
		alerts: changed.alerts - configured.alerts,
		falseAlarms: changed.falseAlarms - configured.falseAlarms,
		incidentsFound: foundBy(changed) - foundBy(configured),
	};
	return { ...difference, summary: summaryOf(difference, configured, changed) };
}

function foundBy({ incidents }: SideVerdict): number {
	return incidents.filter(({ by }) => by !== null).length;
}

function summaryOf(
	difference: Omit<Difference, 'summary'>,
	configured: SideVerdict,
	changed: SideVerdict,
): string {
	const { refusedInError } = changed;
	const parts = [
		...moneyPart(difference.savedMicroCents),
		...incidentPart(difference.incidentsFound, changed),
		...delayPart(minutesSooner(configured, changed)),
		...countPart('opened the breaker', difference.trips, ['time', 'times']),
		...countPart('sent', difference.alerts, ['alert', 'alerts']),
		...falseAlarmPart(configured, changed),
		...(refusedInError.microCents === configured.refusedInError.microCents
			? []
			: [`refused calls of ${formatUsd(refusedInError.microCents)} USD in false alarms`]),
	];
	return parts.length === 0
		? 'The change would have made no difference.'
		: `The change would have ${listed(parts)}.`;
}

function moneyPart(microCents: MicroCents): string[] {
	if (microCents === 0) return [];

	return [`saved ${formatUsd(Math.abs(microCents))} USD ${microCents > 0 ? 'more' : 'less'}`];
}

function incidentPart(found: number, { incidents }: SideVerdict): string[] {
	if (found === 0) return [];
	const of = `${incidents.length} ${noun(incidents.length, ['incident', 'incidents'])}`;

	return [`found ${Math.abs(found)} ${found > 0 ? 'more' : 'fewer'} of ${of}`];
}

function delayPart(sooner: number): string[] {
	if (sooner === 0) return [];

	return [`found an incident ${Math.abs(sooner)} min ${sooner > 0 ? 'sooner' : 'later'}`];
}

function countPart(verb: string, count: number, nouns: readonly [string, string]): string[] {
	if (count === 0) return [];
	const number = Math.abs(count);

	return [`${verb} ${number} ${count > 0 ? 'more' : 'fewer'} ${noun(number, nouns)}`];
}

function falseAlarmPart({ falseAlarms: before }: SideVerdict, { falseAlarms }: SideVerdict) {
	if (falseAlarms === before) return [];

	return [
		`raised ${falseAlarms} false ${noun(falseAlarms, ['alarm', 'alarms'])} instead of ${before}`,
	];
}

/** The most that one incident, found by both, would have been found sooner; negative: later. */
function minutesSooner(configured: SideVerdict, changed: SideVerdict): number {
	const gains = configured.incidents.map(({ delayMinutes: before }, index) => {
		const after = changed.incidents[index]?.delayMinutes ?? null;

		return before === null || after === null ? 0 : before - after;
	});
	const most = gains.reduce((best, gain) => (Math.abs(gain) > Math.abs(best) ? gain : best), 0);
	return Math.round(10 * most) / 10;
}

function noun(count: number, [one, many]: readonly [string, string]): string {
	return count === 1 ? one : many;
}

function listed(parts: readonly string[]): string {
	const last = parts.at(-1) ?? '';

	return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}

import { formatUsd, type MicroCents } from '../core/money.ts';
import type { Played } from './liveTraffic.ts';
import type { Message } from './receiver.ts';

export type SummaryInput = {
	from: number;
	played: readonly Played[];
	messages: readonly Message[];
	withoutFuse: MicroCents;
	capMicroCents: MicroCents;
	runawayTenantId: string;
};

const MINUTE_MS = 60_000;

/** What happened, in the order a person asks: seen when, stopped when, how fast, how much, what was sent. */
export function summary(input: SummaryInput): string {
	const { from, played, messages, withoutFuse, capMicroCents, runawayTenantId } = input;
	const loop = played.filter(({ isRunaway }) => isRunaway);
	const allowed = loop.filter((step) => step.allowed);
	const breaching = allowed.at(-1);
	const spent = sum(allowed);
	const opened = messages.find(({ type }) => type === 'breaker.opened');
	const flags = messages.filter(({ type }) => type !== 'breaker.opened');
	const others = played.filter(({ call }) => call.tenantId !== runawayTenantId);
	const inMinute = (minute: number) =>
		allowed.filter(({ call }) => Math.floor((call.at - from) / MINUTE_MS) === minute - 1);
	const rows: [string, string][] = [
		['Flagged, still allowed', listOf(flags)],
		[
			'Minute one',
			`${inMinute(1).length} calls of the loop, ${formatUsd(sum(inMinute(1)))} USD: allowed`,
		],
		[
			'Minute two',
			`over ${formatUsd(capMicroCents)} USD within 60 s: breaker opened ${offsetOf(breaching, from)} into the runaway`,
		],
		['Refused since', `${loop.length - allowed.length} calls of the loop, 0.00 USD`],
		[
			'Other tenants',
			`${others.length} calls, ${others.filter((step) => !step.allowed).length} refused`,
		],
		['Breach → webhook', latencyOf(opened, breaching)],
		['Spent with the fuse', `${formatUsd(spent)} USD`],
		[
			'With a 24-hour billing alert',
			`${formatUsd(withoutFuse)} USD: the same loop, every call priced`,
		],
	];
	const width = Math.max(...rows.map(([label]) => label.length));

	return [
		'',
		'Summary',
		...rows.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`),
		'',
		'The alert, byte for byte as every channel gets it:',
		opened?.data.alertText ?? '(none: the breaker did not open)',
		'',
	].join('\n');
}

function listOf(flags: readonly Message[]): string {
	if (flags.length === 0) return 'nothing';
	const names = new Set(flags.map(({ data }) => `${data.tenantId} by ${data.rule}`));

	return [...names].join(', ');
}

function latencyOf(opened: Message | undefined, breaching: Played | undefined): string {
	if (!opened || !breaching) return 'not measured';

	return `${(opened.arrivedAt - breaching.reportedAt).toFixed(1)} ms (wall clock, event sent → webhook received)`;
}

function offsetOf(step: Played | undefined, from: number): string {
	if (!step) return '?';
	const second = Math.round((step.call.at - from) / 1000);

	return `${Math.floor(second / 60)} min ${second % 60} s`;
}

function sum(steps: readonly Played[]): MicroCents {
	return steps.reduce((total, { costMicroCents }) => total + costMicroCents, 0);
}

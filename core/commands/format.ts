import { DAY_MS } from '../durations.ts';
import { formatUsd, type MicroCents } from '../money.ts';
import { iso, utcDay } from '../utc.ts';
import { formatDuration } from '../windows.ts';

/** "12.34 USD" */
export function usd(amount: MicroCents): string {
	return `${grouped(formatUsd(amount))} USD`;
}

/** "34,500" */
export function count(amount: number): string {
	return grouped(String(amount));
}

/** "1 call", "34,500 calls" */
export function counted(amount: number, one: string, many = `${one}s`): string {
	return `${count(amount)} ${amount === 1 ? one : many}`;
}

/** "08:13 UTC", with its day in front when that is not today. */
export function clock(at: number, now: number): string {
	const time = `${iso(at).slice('YYYY-MM-DDT'.length, 'YYYY-MM-DDTHH:MM'.length)} UTC`;

	return utcDay(at) === utcDay(now) ? time : `${utcDay(at)} ${time}`;
}

/** "for 1h", "for 90m" */
export function span(durationMs: number): string {
	return durationMs === DAY_MS ? '24h' : formatDuration(durationMs);
}

/** "3f9a21c0" stands for the whole id on a phone: enough to type, and no two alike within a year. */
const SHOWN_CHARACTERS = 12;

/** The beginning of an id, which every command takes for it. */
export function short(id: string): string {
	return id.slice(0, SHOWN_CHARACTERS);
}

function grouped(digits: string): string {
	return digits.replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ',');
}

import { limitOf, nextTheta } from './behaviour/threshold.ts';
import { DAY_MS } from './durations.ts';

/**
 * What a budget of false alerts per tenant-week does to the shipped limit, which is learned for one. Measured at these
 * three; between them a straight line through the logarithms.
 */
const MEASURED: readonly (readonly [perWeek: number, factor: number])[] = [
	[0.5, 1.13],
	[1, 1],
	[3, 0.75],
];
export const MIN_BUDGET_PER_WEEK = 0.5;
export const MAX_BUDGET_PER_WEEK = 3;

/** "This was fine" widens the limit by a fifth, half of which is forgotten after a week. */
const DISMISSAL = 1.2;
const DISMISSAL_HALF_LIFE_DAYS = 7;

/** From the highest theta to 0 a tenant without alerts takes 105 days at a budget of one a week: older days say nothing. */
export const THETA_DAYS = 120;

export type LimitHistory = {
	/** Unconfirmed alerts by whole UTC days (since the epoch) that had any, oldest first. */
	alerts: readonly (readonly [day: number, count: number])[];
	/** When the tenant's snapshots were called fine, epoch ms. */
	dismissedAt: readonly number[];
};

/**
 * A tenant's adaptive part as of `now`: nextTheta over every whole UTC day since its first alert, from 0. Computed anew each
 * time, so an alert that is confirmed later counts no more.
 */
export function thetaOf(
	alerts: LimitHistory['alerts'],
	{ budgetPerWeek, now }: { budgetPerWeek: number; now: number },
): number {
	const today = Math.floor(now / DAY_MS);
	const counts = new Map(alerts);
	let theta = 0;
	for (let day = alerts[0]?.[0] ?? today; day < today; day++) {
		theta = nextTheta(theta, counts.get(day) ?? 0, budgetPerWeek / 7);
	}
	return theta;
}

/** What the limit of a version is multiplied by: the tenant's own alerts, what it dismissed, and the budget. */
export function limitFactor(
	history: LimitHistory,
	{ budgetPerWeek, now }: { budgetPerWeek: number; now: number },
): { theta: number; factor: number } {
	const theta = thetaOf(history.alerts, { budgetPerWeek, now });
	const dismissed = history.dismissedAt.reduce(
		(product, at) =>
			product * DISMISSAL ** (0.5 ** (Math.max(0, now - at) / DAY_MS / DISMISSAL_HALF_LIFE_DAYS)),
		1,
	);
	return { theta, factor: (limitOf(theta) / limitOf(0)) * dismissed * budgetFactor(budgetPerWeek) };
}

/** 1 at one false alert per tenant-week, higher for fewer, lower for more. */
export function budgetFactor(perWeek: number): number {
	const above = MEASURED.findIndex(([measured]) => measured >= perWeek);
	const [high, factorHigh] = MEASURED[above === -1 ? MEASURED.length - 1 : above] ?? [1, 1];
	const [low, factorLow] = MEASURED[Math.max(0, above - 1)] ?? [1, 1];
	if (low === high || perWeek >= high) return factorHigh;

	const share = Math.log(Math.max(perWeek, low) / low) / Math.log(high / low);
	return factorLow * (factorHigh / factorLow) ** share;
}

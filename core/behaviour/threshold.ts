import { SHIPPED_LIMIT } from './score.ts';

/** How fast a tenant's limit answers to its own alerts. */
const LEARNING_RATE = 0.1;
/** A tenant's limit is at most e^1.5 = 4.5 times the shipped one. */
export const MAX_THETA = 1.5;

/**
 * The adaptive part of a tenant's limit after a day with `alerts` unconfirmed alerts (adaptive conformal inference, Gibbs
 * and Candès, NeurIPS 2021). Start at 0.
 *
 * Bound: each day adds LEARNING_RATE × (alerts − budget), so over any T days in which theta stays below its top,
 * alerts ≤ budget × T + MAX_THETA / LEARNING_RATE, whatever the tenant does. It stops a tenant from alerting for ever; it
 * does not make each week good.
 */
export function nextTheta(theta: number, alerts: number, budgetPerDay: number): number {
	return Math.max(0, Math.min(MAX_THETA, theta + LEARNING_RATE * (alerts - budgetPerDay)));
}

/** tan(angle) at which a tenant is flagged. `theta` 0: the shipped limit, one false alert per tenant-week. */
export function limitOf(theta: number): number {
	return SHIPPED_LIMIT * Math.exp(theta);
}

/** Minutes. */
export const HOUR = 60;
export const DAY = 24 * HOUR;
export const DAYS = 14;
export const MINUTES = DAYS * DAY;

/** The first week is warm-up without incidents; only the second one counts. */
export const SCORED_FROM = 7 * DAY;

/**
 * Minute 0 of every tenant, in minutes since the epoch: midnight of a Wednesday, as the traces' own weekends suggest
 * (they begin on day 3).
 */
export const FIRST_MINUTE = Date.UTC(2026, 9, 14) / 60_000;

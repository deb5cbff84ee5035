/** `2026-10-14T08:12:45.000Z`, of epoch ms. */
export function iso(at: number): string {
	return new Date(at).toISOString();
}

/** The UTC day of an instant, `YYYY-MM-DD`. */
export function utcDay(at: number): string {
	return iso(at).slice(0, 'YYYY-MM-DD'.length);
}

/** Postgres writes instants as `…+00:00`; answers have one form, `…Z`. Converts the fields called `openedAt` and so on. */
export function withUtcInstants(row: object): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(row).map(([name, value]: [string, unknown]) => [
			name,
			name.endsWith('At') && typeof value === 'string' ? new Date(value).toISOString() : value,
		]),
	);
}

/** The body of a webhook: Standard Webhooks' `{type, timestamp, data}`, with the alert also parsed for convenience. */
export function eventBody(
	type: string,
	timestamp: string,
	data: Record<string, unknown> & { alertText?: string },
): string {
	const parsed: unknown = data.alertText === undefined ? undefined : JSON.parse(data.alertText);

	return JSON.stringify({
		type,
		timestamp,
		data: parsed === undefined ? data : { ...data, alert: parsed },
	});
}

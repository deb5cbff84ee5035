/**
 * A response as text: one JSON document, lines of JSON (Ollama), or server-sent events (everyone else). Undefined when it
 * is none of them. Lines that are no JSON, such as `[DONE]` and comments, say nothing.
 */
export function parsedText(text: string): unknown {
	const trimmed = text.trim();
	if (/^[[{]/.test(trimmed)) {
		const document = parsedJson(trimmed);
		if (document !== undefined) return document;
	}
	const lines = trimmed.split(/\r?\n/);
	const isEvents = lines.some((line) => line.startsWith('data:'));
	const data = isEvents
		? lines.filter((line) => line.startsWith('data:')).map((line) => line.slice('data:'.length))
		: lines;
	const events = data.map(parsedJson).filter((event) => event !== undefined);

	return events.length > 0 ? events : undefined;
}

function parsedJson(text: string): unknown {
	if (!/^\s*[[{]/.test(text)) return undefined;
	try {
		const value: unknown = JSON.parse(text);
		return value;
	} catch {
		return undefined;
	}
}

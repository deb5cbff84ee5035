/** The beginning of a text, in UTF-16 units; never half a character. */
export function cut(text: string, max: number): string {
	const start = text.slice(0, max);

	return text.length > max && /[\uD800-\uDBFF]$/.test(start) ? start.slice(0, -1) : start;
}

/** Quotes as keyboards type them; those of phones are curly. */
const WORD = /"([^"]*)"|“([^”]*)”|„([^“”]*)[“”]|(\S+)/gu;

/** Words between spaces; in quotes, spaces belong to the word. Quotes that do not end are characters like others. */
export function splitWords(text: string): string[] {
	return [...text.matchAll(WORD)].map(
		([, straight, curly, low, bare]) => straight ?? curly ?? low ?? bare ?? '',
	);
}

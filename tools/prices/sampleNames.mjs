// Names that a genai-prices match rule accepts, and near misses of them, to try both matchers on.

const ENDINGS = ['', '-preview', '-2025-02-30', '-20250131', '-tts', '-mini', ':free', '@001'];

export function sampleNames(rule) {
	return [
		...new Set(
			texts(rule).flatMap(({ text, open }) => [...variants(text), ...(open ? [`us.${text}`] : [])]),
		),
	];
}

function variants(text) {
	return [
		...ENDINGS.map((ending) => text + ending),
		text.toUpperCase(),
		` ${text} `,
		text.replaceAll('.', 'x'),
	];
}

function texts(rule) {
	if (rule.or ?? rule.and) return (rule.or ?? rule.and).flatMap(texts);
	if (rule.regex) return [{ text: exampleOf(rule.regex), open: false }];

	const [[kind, text]] = Object.entries(rule);
	return [{ text, open: kind === 'contains' || kind === 'ends_with' }];
}

/** Enough of the regular expressions that the library uses: anchors, escaped dots, digits with a count. */
function exampleOf(source) {
	return source
		.replace(/\(\?[!:=].*\)/g, '')
		.replace(/[\^$]/g, '')
		.replace(/\\d\{(\d+)\}/g, (_, count) => '20260115'.slice(0, Number(count)))
		.replace(/\\d/g, '1')
		.replace(/\\/g, '');
}

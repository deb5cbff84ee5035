import { DAY_MS } from '../../core/durations.ts';

/** What looks as if it were new for each execution. */
export type ChangingField =
	/** Written with the time of day; the date alone changes once a day and is no loss. */
	| 'timestamp'
	| 'epoch'
	| 'uuid'
	/** ObjectIds, digests, trace ids: 24 or more hexadecimal digits. */
	| 'hexId'
	/** ULIDs, nanoids and what vendors make of them. */
	| 'randomId'
	/** "Execution ID: 4711". */
	| 'runId'
	/** "{{ $json.name }}" that n8n was not asked to resolve. */
	| 'expression';

/** A kind, and where the first of it is: 0 at the start of the text, 1 at its end. Never the text itself. */
export type Finding = { kind: ChangingField; atShare: number };

/** Instants further away than this are examples and history, which stay as they are. */
const RECENT_MS = 31 * DAY_MS;

/** Of a longer text only this much is looked at; 100,000 tokens. */
const MAX_CHARACTERS = 400_000;

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const MONTH = `(${MONTHS.join('|')})[a-z]*\\.?`;
const TIME = String.raw`,?(?: at)? \d{1,2}:\d\d`;

type Pattern = {
	kind: ChangingField;
	pattern: RegExp;
	isOne?: (match: RegExpExecArray, now: number) => boolean;
};

const PATTERNS: readonly Pattern[] = [
	{
		kind: 'timestamp',
		pattern: /\b(20\d\d)-(\d\d)-(\d\d)[T ]\d\d:\d\d/g,
		isOne: ([, year, month, day], now) => isRecent(year, Number(month), day, now),
	},
	{
		// "Oct 14, 2026, 12:00", as JavaScript and Excel write it.
		kind: 'timestamp',
		pattern: new RegExp(String.raw`\b${MONTH} (\d{1,2})(?:st|nd|rd|th)?,? (20\d\d)${TIME}`, 'gi'),
		isOne: ([, month = '', day, year], now) => isRecent(year, monthOf(month), day, now),
	},
	{
		// "Wed, 14 Oct 2026 12:00", as mail and HTTP write it.
		kind: 'timestamp',
		pattern: new RegExp(String.raw`\b(\d{1,2}) ${MONTH} (20\d\d)${TIME}`, 'gi'),
		isOne: ([, day, month = '', year], now) => isRecent(year, monthOf(month), day, now),
	},
	{
		// Not within a longer number, a price, a phone number or a version.
		kind: 'epoch',
		pattern: /(?<![\w+.,$€£/-]|\d )\d{10}(?:\d{3})?(?![\w-]|[.,/ ]\d)/g,
		isOne: ([digits], now) => {
			const instant = Number(digits) * (digits.length === 10 ? 1000 : 1);
			return Math.abs(instant - now) <= RECENT_MS;
		},
	},
	{
		kind: 'uuid',
		pattern: /(?<![\w-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])/gi,
		isOne: ([id]) => !KNOWN_EXAMPLES.has(id.toLowerCase()) && new Set(id).size > 6,
	},
	{
		kind: 'hexId',
		pattern: /(?<![\w-])(?:0x)?([0-9a-f]{24,128})(?![\w-])/gi,
		isOne: ([, digits = '']) =>
			/[a-f]/i.test(digits) && /\d/.test(digits) && new Set(digits).size > 6,
	},
	{
		kind: 'randomId',
		// A ULID; its alphabet leaves out I, L, O and U.
		pattern: /(?<![\w-])[0-7][0-9A-HJKMNP-TV-Z]{25}(?![\w-])/g,
		isOne: ([id]) => /[A-Z]/.test(id) && new Set(id).size > 8,
	},
	{
		kind: 'randomId',
		pattern: /(?<![\w/.-])[A-Za-z]{0,10}[_-]?[A-Za-z0-9_-]{16,32}(?![\w/.-])/g,
		isOne: ([id]) => isMixed(id),
	},
	{
		kind: 'runId',
		pattern:
			/\b(?:execution|run|request|session|trace|correlation|conversation)[ _-]?id\b["']?\s*(?:[:=#]|is)?\s*["']?([\w-]*\d[\w-]*)/gi,
	},
	{
		kind: 'expression',
		pattern: /\{\{[^{}]{0,200}\$(?:now|today|json|node|input|execution|workflow|vars|env|item|\()/g,
	},
];

/** Ids of documentation. */
const KNOWN_EXAMPLES = new Set([
	'123e4567-e89b-12d3-a456-426614174000',
	'550e8400-e29b-41d4-a716-446655440000',
]);

/** The kinds of changing fields in a text that should be the same each time, each where it comes first, in that order. */
export function changingFields(text: string, now: number): Finding[] {
	const looked = text.slice(0, MAX_CHARACTERS);
	const first = new Map<ChangingField, number>();
	for (const { kind, pattern, isOne = () => true } of PATTERNS) {
		for (const match of looked.matchAll(pattern)) {
			if (!isOne(match, now)) continue;
			first.set(kind, Math.min(match.index, first.get(kind) ?? Infinity));
			break;
		}
	}
	return [...first]
		.sort(([, a], [, b]) => a - b)
		.map(([kind, index]) => ({ kind, atShare: Math.round((100 * index) / text.length) / 100 }));
}

function monthOf(name: string): number {
	return MONTHS.indexOf(name.toLowerCase()) + 1;
}

function isRecent(
	year: string | undefined,
	month: number,
	day: string | undefined,
	now: number,
): boolean {
	return Math.abs(Date.UTC(Number(year), month - 1, Number(day)) - now) <= RECENT_MS;
}

/**
 * Random ids change between capitals, small letters and digits at about every second character; names of functions and
 * files at the start of their words only.
 */
function isMixed(id: string): boolean {
	const kinds = [...id].map((character) =>
		/\d/.test(character) ? 'digit' : /[A-Z]/.test(character) ? 'capital' : 'small',
	);
	const changes = kinds.filter((kind, i) => i > 0 && kind !== kinds[i - 1]).length;
	const digits = kinds.filter((kind) => kind === 'digit').length;

	return digits >= 2 && new Set(kinds).size === 3 && changes / id.length >= 0.35;
}

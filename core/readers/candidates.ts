import { recordAt, type JsonRecord, type SharedForm, type UsageReader } from './reading.ts';

/** One reader, or those next to each other that share a form. */
type Group = {
	signs: readonly string[];
	form: SharedForm | undefined;
	readers: UsageReader[];
};

/** As many bits as JavaScript's bitwise operators keep of a positive number. */
const MAX_GROUPS = 31;

/**
 * Finds the first reader that knows a body. Each field of the body is looked up once and tells which forms the body may
 * have; only those are asked. Asking all of them would look for 100 fields of which a body has ten, and take as long as
 * all the reading.
 */
export function readerFinder(
	readers: readonly UsageReader[],
): (body: JsonRecord) => UsageReader | undefined {
	const groups = groupsOf(readers);
	if (groups.length > MAX_GROUPS) throw new RangeError(`more than ${MAX_GROUPS} groups of readers`);
	const bySign = new Map<string, number>();
	for (const [index, { signs }] of groups.entries()) {
		for (const sign of signs) bySign.set(sign, (bySign.get(sign) ?? 0) | (1 << index));
	}
	const signsIn = (record: JsonRecord): number => {
		let found = 0;
		for (const key in record) found |= bySign.get(key) ?? 0;
		return found;
	};

	return (body) => {
		let left = signsIn(body) | signsIn(recordAt(body, 'usage'));
		while (left !== 0) {
			const index = lowestBit(left);
			const group = groups[index];
			const reader = group && readerIn(group, body);
			if (reader) return reader;
			left &= ~(1 << index);
		}
		return undefined;
	};
}

/** A form that readers share is looked at once for all of them. */
function readerIn({ form, readers }: Group, body: JsonRecord): UsageReader | undefined {
	if (form === undefined) return readers.find((reader) => reader.matches(body));
	const answer = form.answerIn(body);
	if (answer === undefined) return undefined;
	for (const reader of readers) if (reader.shared?.recognizes(answer)) return reader;

	return undefined;
}

function groupsOf(readers: readonly UsageReader[]): Group[] {
	const groups: Group[] = [];
	for (const reader of readers) {
		const form = reader.shared?.form;
		const last = groups.at(-1);
		if (form !== undefined && last?.form === form) last.readers.push(reader);
		else groups.push({ signs: reader.signs, form, readers: [reader] });
	}
	return groups;
}

function lowestBit(bits: number): number {
	return 31 - Math.clz32(bits & -bits);
}

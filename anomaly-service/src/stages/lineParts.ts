import type { TenantLine } from './vendorLines.ts';

/** One line to record; `indexes`: which of the given ones it is made of. */
export type WholeLine = { line: TenantLine; indexes: number[] };

/**
 * AWS may list what one line bills in parts that differ in nothing but their ids. The parts of one export are one line,
 * their sum; a part that is there twice counts once, as it stands last. Lines without parts stay as they are.
 */
export function wholeLines(lines: readonly TenantLine[]): WholeLine[] {
	const wholes: WholeLine[] = [];
	const byKey = new Map<string, WholeLine & { parts: Map<string, TenantLine> }>();
	for (const [index, line] of lines.entries()) {
		const { part, event } = line;
		if (part === undefined) {
			wholes.push({ line, indexes: [index] });
			continue;
		}
		const key = JSON.stringify([event.subject, event.id]);
		const known = byKey.get(key) ?? { line, indexes: [], parts: new Map<string, TenantLine>() };
		known.parts.set(part, line);
		known.indexes.push(index);
		byKey.set(key, known);
	}
	for (const { indexes, parts } of byKey.values()) {
		const [first, ...others] = parts.values();
		if (first) wholes.push({ line: others.reduce(added, first), indexes });
	}
	return wholes;
}

function added(sum: TenantLine, { event }: TenantLine): TenantLine {
	const { costMicroCents = 0 } = event.data;
	const total = (sum.event.data.costMicroCents ?? 0) + costMicroCents;

	return {
		...sum,
		event: { ...sum.event, data: { ...sum.event.data, costMicroCents: total } },
	};
}

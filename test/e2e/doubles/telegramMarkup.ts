/** A part of a message in a type of its own, in UTF-16 units. */
export interface Entity {
	type: string;
	offset: number;
	length: number;
}

export interface Formatted {
	text: string;
	entities: Entity[];
}

/** What Telegram makes of a text; undefined: it "can't parse entities". */
export function formatted(sent: Record<string, unknown>): Formatted | undefined {
	const text = String(sent['text'] ?? '');
	const mode = String(sent['parse_mode'] ?? 'none').toLowerCase();
	if (mode === 'html') return fromHtml(text);
	// Its server reads `none` like no mode at all.
	if (mode !== 'none') return undefined;
	const entities: Entity[] = Array.isArray(sent['entities']) ? sent['entities'] : [];
	const fit = ({ offset, length }: Entity) => length > 0 && offset + length <= text.length;

	return entities.every(fit) ? { text, entities } : undefined;
}

const TYPES: Record<string, string> = { pre: 'pre', code: 'code', b: 'bold', i: 'italic' };
const CHARACTERS: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };

/** HTML as Telegram reads it: a bare `<`, an unknown tag or entity, or a tag that does not end is refused. */
function fromHtml(html: string): Formatted | undefined {
	const open: Array<{ tag: string; offset: number }> = [];
	const entities: Entity[] = [];
	let text = '';
	for (const [part] of html.matchAll(/<[^>]*>?|&[^;\s]*;?|[^<&]+/g)) {
		if (part.startsWith('&')) {
			const character = CHARACTERS[part.slice(1, -1)];
			if (character === undefined || !part.endsWith(';')) return undefined;
			text += character;
		} else if (part.startsWith('</')) {
			const began = open.pop();
			if (!began || part !== `</${began.tag}>`) return undefined;
			const { tag, offset } = began;
			entities.push({ type: TYPES[tag] ?? tag, offset, length: text.length - offset });
		} else if (part.startsWith('<')) {
			const [, tag = ''] = /^<([a-z]+)>$/.exec(part) ?? [];
			if (!(tag in TYPES)) return undefined;
			open.push({ tag, offset: text.length });
		} else text += part;
	}
	return open.length > 0 ? undefined : { text, entities };
}

// genai-prices match rules → the source of one regular expression, to be tested on the lower-cased model name.

const RULES = {
	equals: (text) => `^${escaped(text)}$`,
	starts_with: (text) => `^${escaped(text)}`,
	ends_with: (text) => `${escaped(text)}$`,
	contains: (text) => escaped(text),
	regex: (source) => source,
	or: anyOf,
	and: (rules) => `^${rules.map((rule) => lookahead(toPattern(rule))).join('')}`,
};

export function toPattern(rule) {
	const [[kind, operand], ...more] = Object.entries(rule);
	if (more.length > 0 || !RULES[kind])
		throw new Error(`unknown match rule ${JSON.stringify(rule)}`);
	return RULES[kind](operand);
}

/** Names of one kind share their anchors: `^(?:gpt-4o|gpt-4o-2024-08-06)$`. */
function anyOf(rules) {
	const exact = literals(rules, 'equals');
	const prefixes = literals(rules, 'starts_with');
	const rest = rules.filter((rule) => !('equals' in rule) && !('starts_with' in rule));

	return [
		...(exact.length > 0 ? [`^${group(exact)}$`] : []),
		...(prefixes.length > 0 ? [`^${group(prefixes)}`] : []),
		...rest.map(toPattern),
	].join('|');
}

function literals(rules, kind) {
	const texts = rules.filter((rule) => kind in rule).map((rule) => escaped(rule[kind]));
	return [...new Set(texts)];
}

function group(texts) {
	return texts.length === 1 ? texts[0] : `(?:${texts.join('|')})`;
}

/** Holds when the pattern matches anywhere; one that is anchored at the start needs no search. */
function lookahead(pattern) {
	return pattern.startsWith('^') && !pattern.includes('|^')
		? `(?=${pattern.slice(1)})`
		: `(?=.*?(?:${pattern}))`;
}

function escaped(text) {
	return text.toLowerCase().replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** The rule without some exact names, undefined when it matched no other. */
export function withoutNames(rule, names) {
	if (names.length === 0) return rule;
	if (rule.equals) return names.includes(rule.equals) ? undefined : rule;
	if (!rule.or) return rule;
	const rest = rule.or.flatMap((inner) => withoutNames(inner, names) ?? []);

	return rest.length > 0 ? { or: rest } : undefined;
}

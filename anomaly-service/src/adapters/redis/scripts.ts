import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, 'lua');

const SCRIPT_NAMES = [
	'chill',
	'expire',
	'now',
	'plant',
	'raise',
	'record',
	'release',
	'renew',
	'reported',
	'reserve',
	'seed',
	'settle',
	'startSeed',
	'states',
	'tidy',
	'tripBreaker',
] as const;
export type ScriptName = (typeof SCRIPT_NAMES)[number];

export type Script = { source: string; sha: string };

/** Every script by its name, put together from its file and what that includes. */
export function loadScripts(): Record<ScriptName, Script> {
	const load = (name: ScriptName): Script => {
		const source = withConstants(withIncludes(`${name}.lua`, new Set()));
		return { source, sha: createHash('sha1').update(source).digest('hex') };
	};
	const scripts = SCRIPT_NAMES.map((name) => [name, load(name)] as const);

	return Object.fromEntries(scripts) as Record<ScriptName, Script>;
}

/** `--- @include "counters"` stands for lua/includes/counters.lua, the first time it is met. */
function withIncludes(file: string, seen: Set<string>): string {
	return readFileSync(join(FOLDER, file), 'utf8').replaceAll(
		/^--- @include "(\w+)"$/gm,
		(_, name: string) => {
			if (seen.has(name)) return '';
			seen.add(name);
			return withIncludes(join('includes', `${name}.lua`), seen);
		},
	);
}

/**
 * `--- @define NEWEST 7, SPENT 8` writes the values into the code. As locals, dozens of them would be captured by dozens
 * of functions at each call: of the 52 µs that a reservation took by itself these were 6.
 */
function withConstants(source: string): string {
	const constants = new Map(
		[...source.matchAll(/^--- @define (.+)$/gm)].flatMap(([, list = '']) =>
			list.split(', ').map((definition) => {
				const [name = '', ...value] = definition.split(' ');
				return [name, value.join(' ')] as const;
			}),
		),
	);
	return source
		.replaceAll(/--.*$/gm, '')
		.replaceAll(/\b[A-Z][A-Z_]*\b/g, (word) => constants.get(word) ?? word)
		.replaceAll(/\n\s*\n+/g, '\n');
}

import { DAY_MS, HOUR_MS } from '../durations.ts';
import { parseDuration } from '../windows.ts';
import {
	ID_START_MIN,
	isCommandName,
	SYNTAX,
	type Command,
	type CommandName,
	type IdKind,
	type ShortId,
} from './command.ts';
import { cut } from './cut.ts';
import { splitWords } from './words.ts';

/** A command, or what is wrong with it. `name` null: no command is called so. */
export type Parsed =
	| { command: Command }
	| { command: null; name: CommandName | null; wrong: string };

const DEFAULT_WINDOW_MS = HOUR_MS;
/** A year and a day, as of every duration of the API. */
const MAX_DURATION_MS = 366 * DAY_MS;
/** A tenant or a rule: printable, without a line break, not longer than the API takes. */
const NAME_FORM = /^[^\p{Cc}\p{Cs}]{1,200}$/u;

/** What the button said, before the colon: the same commands, one of them without a line of its own. */
const BUTTONS = ['ack', 'approve', 'decline', 'undo', 'incident', 'status'] as const;

/** Reads what a person typed: `/block acme 1h`, `/block@FuseBot "acme corp" 1h`. */
export function parseCommand(text: string): Parsed {
	const [first = '', ...words] = splitWords(text);
	const [, called = ''] = /^\/([A-Za-z]+)(?:@\w+)?$/.exec(first) ?? [];
	const name = called.toLowerCase();
	// Telegram sends it when somebody opens the chat for the first time.
	if (name === 'start') return { command: { name: 'help' } };
	if (!isCommandName(name)) {
		return { command: null, name: null, wrong: `There is no command ${quoted(first)}.` };
	}
	return READERS[name](words);
}

/** Reads what a button carries: `ack:inc_…`. */
export function parseButton(data: string): Parsed {
	const [called = '', id = ''] = data.split(/:(.*)/s);
	const name = BUTTONS.find((one) => one === called);
	if (!name) return { command: null, name: null, wrong: `No button says ${quoted(data)}.` };

	return READERS[name](id === '' ? [] : [id]);
}

type Reader = (words: string[]) => Parsed;

const READERS: Record<CommandName, Reader> = {
	help: nothing({ name: 'help' }),
	status: nothing({ name: 'status' }),
	top: ([window, ...rest]) => {
		if (rest.length > 0) return tooMany('top', rest);
		const windowMs = window === undefined ? DEFAULT_WINDOW_MS : durationOf(window);
		return windowMs === undefined
			? wrong('top', noDuration(window))
			: { command: { name: 'top', windowMs } };
	},
	spend: ([tenantId, window, ...rest]) => {
		if (tenantId === undefined) return wrong('spend', 'Say which tenant.');
		if (rest.length > 0) return tooMany('spend', rest);
		const windowMs = window === undefined ? DEFAULT_WINDOW_MS : durationOf(window);
		return windowMs === undefined
			? wrong('spend', noDuration(window))
			: named('spend', tenantId, { name: 'spend', tenantId, windowMs });
	},
	block: ([tenantId, duration, ...rest]) => {
		if (tenantId === undefined) return wrong('block', 'Say which tenant.');
		if (rest.length > 0) return tooMany('block', rest);
		const durationMs = duration === undefined ? null : durationOf(duration);
		return durationMs === undefined
			? wrong('block', noDuration(duration))
			: named('block', tenantId, { name: 'block', tenantId, durationMs });
	},
	unblock: ofTenant('unblock'),
	limits: ofTenant('limits'),
	incident: ofId('incident'),
	ack: ofId('ack'),
	approve: ofId('approve'),
	decline: ofId('decline'),
	undo: ofId('undo'),
	mute: ([rule, duration, ...rest]) => {
		if (rule === undefined) return wrong('mute', 'Say which rule.');
		if (duration === undefined) return wrong('mute', 'Say for how long.');
		if (rest.length > 0) return tooMany('mute', rest);
		const durationMs = durationOf(duration);
		return durationMs === undefined
			? wrong('mute', noDuration(duration))
			: named('mute', rule, { name: 'mute', rule, durationMs });
	},
};

function nothing(command: { name: 'help' | 'status' }): Reader {
	return (words) => (words.length > 0 ? tooMany(command.name, words) : { command });
}

function ofTenant(name: 'unblock' | 'limits'): Reader {
	return ([tenantId, ...rest]) => {
		if (tenantId === undefined) return wrong(name, 'Say which tenant.');
		if (rest.length > 0) return tooMany(name, rest);
		return named(name, tenantId, { name, tenantId });
	};
}

function ofId(name: 'incident' | 'ack' | 'approve' | 'decline' | 'undo'): Reader {
	return ([given, ...rest]) => {
		if (given === undefined) return wrong(name, 'Say which one, by its id.');
		if (rest.length > 0) return tooMany(name, rest);
		const id = shortId(given);
		if (!id) {
			return wrong(name, `${quoted(given)} is no id: at least ${ID_START_MIN} letters and digits.`);
		}
		const { kinds = [] } = SYNTAX[name];
		if (id.kind !== null && !kinds.includes(id.kind)) {
			return wrong(name, `${quoted(given)} is the id of ${KIND_WORDS[id.kind]}.`);
		}
		return { command: { name, id } };
	};
}

const KIND_WORDS: Record<IdKind, string> = {
	inc: 'an incident',
	act: 'a step',
	alr: 'an alert',
};

function shortId(text: string): ShortId | undefined {
	const match = /^(?:(inc|act|alr)_)?([0-9a-z]{1,64})$/.exec(text.toLowerCase());
	const [, kind, start = ''] = match ?? [];
	if (!match || start.length < ID_START_MIN) return undefined;

	return { kind: isKind(kind) ? kind : null, start };
}

function isKind(kind: string | undefined): kind is IdKind {
	return kind === 'inc' || kind === 'act' || kind === 'alr';
}

function durationOf(text: string | undefined): number | undefined {
	const durationMs = parseDuration(text?.toLowerCase() ?? '');

	return durationMs !== undefined && durationMs <= MAX_DURATION_MS ? durationMs : undefined;
}

function noDuration(text: string | undefined): string {
	return `${quoted(text ?? '')} is no time: a number and s, m, h or d, such as 30m or 1h, at most 366d.`;
}

function named(name: CommandName, given: string, command: Command): Parsed {
	return NAME_FORM.test(given)
		? { command }
		: wrong(name, `${quoted(given)} is not a name of at most 200 characters.`);
}

function tooMany(name: CommandName, rest: readonly string[]): Parsed {
	const hint = name === 'help' || name === 'status' ? '' : ' A name with spaces goes in quotes.';

	return wrong(name, `${quoted(rest.join(' '))} is too much.${hint}`);
}

function wrong(name: CommandName, what: string): Parsed {
	return { command: null, name, wrong: what };
}

/** What a person typed, shortened: an answer is read on a phone. */
function quoted(text: string): string {
	const plain = text.replace(/\p{Cc}|\p{Cs}/gu, ' ');

	return `“${cut(plain, 40)}${plain.length > 40 ? '…' : ''}”`;
}

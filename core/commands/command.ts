/** What a person may order from a chat. Names are what they type behind the slash. */
export type Command =
	| { name: 'help' }
	| { name: 'status' }
	| { name: 'top'; windowMs: number }
	| { name: 'spend'; tenantId: string; windowMs: number }
	/** `durationMs` null: until somebody lets go. */
	| { name: 'block'; tenantId: string; durationMs: number | null }
	| { name: 'unblock'; tenantId: string }
	| { name: 'limits'; tenantId: string }
	| { name: 'incident' | 'ack' | 'approve' | 'decline' | 'undo'; id: ShortId }
	| { name: 'mute'; rule: string; durationMs: number };

export type CommandName = Command['name'];

/** What an id names: an incident, an action, an alert. */
export type IdKind = 'inc' | 'act' | 'alr';

/** An id as a person types it: `inc_3f9a21` or `3f9a21`, the whole of it or at least its first six characters. */
export type ShortId = {
	/** Null: they did not say. */
	kind: IdKind | null;
	/** Lower case, without the kind. */
	start: string;
};

/** Fewer would be a guess: of a hundred incidents two begin with the same six characters once in 3,400 times. */
export const ID_START_MIN = 6;

/** `kinds`: what its id may name. */
export type Syntax = { usage: string; does: string; kinds?: readonly IdKind[] };

/** Every command in the order of the help. */
export const SYNTAX: Readonly<Record<CommandName, Syntax>> = {
	status: { usage: '/status', does: 'who is blocked, what waits for you' },
	spend: { usage: '/spend TENANT [1h]', does: 'what a tenant spent' },
	top: { usage: '/top [1h]', does: 'who spent most' },
	block: { usage: '/block TENANT [1h]', does: 'refuse every call of a tenant' },
	unblock: { usage: '/unblock TENANT', does: 'let a tenant call again' },
	incident: { usage: '/incident ID', does: 'what happened and what was done', kinds: ['inc'] },
	ack: { usage: '/ack ID', does: 'say that you are on it', kinds: ['inc', 'alr'] },
	approve: { usage: '/approve ID', does: 'do a step that waits for you', kinds: ['act', 'inc'] },
	decline: { usage: '/decline ID', does: 'do not do it', kinds: ['act', 'inc'] },
	undo: { usage: '/undo ID', does: 'put back what was done', kinds: ['inc', 'act'] },
	limits: { usage: '/limits TENANT', does: 'what a tenant has left' },
	mute: { usage: '/mute RULE 1h', does: 'no messages of a rule for a while' },
	help: { usage: '/help', does: 'this' },
};

export const COMMAND_NAMES = Object.keys(SYNTAX).filter(isCommandName);

export function isCommandName(name: string): name is CommandName {
	return Object.hasOwn(SYNTAX, name);
}

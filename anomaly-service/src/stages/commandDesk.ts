import type { Command, CommandName } from '../../../core/commands/command.ts';
import { cut } from '../../../core/commands/cut.ts';
import { parseButton, parseCommand, type Parsed } from '../../../core/commands/parse.ts';
import { wrongReply } from '../../../core/commands/replies/overviewReplies.ts';
import { noticeOf, reply } from '../../../core/commands/reply.ts';
import { iso } from '../../../core/utc.ts';
import type { CommandAudit, CommandReply } from '../ports/commandFunctions.ts';
import type { Log } from '../ports/log.ts';
import type { Carried, CommandParts, Order } from './commandParts.ts';
import { commandOnIncident } from './commandsOnIncidents.ts';
import { commandOnTenant } from './commandsOnTenants.ts';
import { commandOverAll } from './commandsOverAll.ts';
import type { Caller } from './serviceKeys.ts';

export type CommandChannel = 'telegram' | 'slack';

/** What somebody sent: a text, or what the button they pressed carries. */
export type SentCommand = {
	channel: CommandChannel;
	/** The same whoever hands it on again: `telegram:<update_id>`. */
	commandId: string;
	/** Who sent it, as the channel knows them. */
	actor: { id: string; name?: string | undefined };
	said: { text: string } | { button: string };
};

/** `duplicate`: it was carried out before, or is just now; nothing was done. */
export type CommandAnswer = CommandReply & { duplicate: boolean };

/** Every command ends within its callers' time limits; who is not back by then has died. */
const LEASE_MS = 30_000;
/** Of a text that is no command so much is audited. */
const TEXT_KEPT = 200;

/** Carries out what people order from their chats: each command once, and audited with who sent it. */
export class CommandDesk {
	readonly #parts: CommandParts & { log: Log };

	constructor(parts: CommandParts & { log: Log }) {
		this.#parts = parts;
	}

	/** Throws when a store does not answer; the same command may then be sent again. */
	async run(
		sent: SentCommand,
		{ caller, now }: { caller: Caller; now: number },
	): Promise<CommandAnswer> {
		const { database } = this.#parts;
		const place = { scope: caller.tenantId ?? '', id: sent.commandId };
		const begun = await database.call('begin_command', {
			...{ ...place, leaseMs: LEASE_MS, now: iso(now) },
		});
		if (begun.outcome === 'answered') return { ...begun.answer, duplicate: true };
		if (begun.outcome === 'running') return { ...BEING_DONE, duplicate: true };

		try {
			const { answer, audit } = await this.#carryOut(sent, { caller, now });
			await database.call('finish_command', { ...place, answer, audit, now: iso(now) });
			return { ...answer, duplicate: false };
		} catch (error) {
			await this.#giveUp(place, now);
			throw error;
		}
	}

	async #carryOut(
		sent: SentCommand,
		{ caller, now }: { caller: Caller; now: number },
	): Promise<{ answer: CommandReply; audit: CommandAudit }> {
		const { channel, actor, said } = sent;
		const parsed = 'text' in said ? parseCommand(said.text) : parseButton(said.button);
		const order: Order = {
			...{ caller, now },
			actor: `${channel}:${actor.id}`,
			by: actor.name ?? actor.id,
		};
		const carried = parsed.command
			? await carryOut(this.#parts, parsed.command, order)
			: { reply: wrongReply(parsed.name, parsed.wrong), outcome: 'notUnderstood' };
		const answer = { reply: carried.reply, notice: noticeOf(carried.reply) };

		return { answer, audit: auditOf(sent, parsed, carried, order) };
	}

	/** What could not be carried out may be sent again at once. */
	async #giveUp(place: { scope: string; id: string }, now: number): Promise<void> {
		const { database, log } = this.#parts;
		try {
			await database.call('finish_command', {
				...{ ...place, answer: null, audit: null, now: iso(now) },
			});
		} catch (error) {
			log.warn({ err: error }, 'a command could not be given back; it may be sent again in 30 s');
		}
	}
}

const BEING_DONE: CommandReply = (() => {
	const words = reply(['This is being carried out already.']);

	return { reply: words, notice: noticeOf(words) };
})();

function carryOut(parts: CommandParts, command: Command, order: Order): Promise<Carried> {
	if ('tenantId' in command) return commandOnTenant(parts, command, order);
	if ('id' in command) return commandOnIncident(parts, command, order);

	return commandOverAll(parts, command, order);
}

function auditOf(
	{ channel, commandId, actor, said }: SentCommand,
	parsed: Parsed,
	carried: Carried,
	order: Order,
): CommandAudit {
	const name: CommandName | 'unknown' =
		(parsed.command ? parsed.command.name : parsed.name) ?? 'unknown';
	const given = Object.entries(parsed.command ?? {}).filter(([member]) => member !== 'name');
	const args = Object.fromEntries(given);
	const { tenantId = order.caller.tenantId, incidentId = null, subjectId = commandId } = carried;

	return {
		...{ actor: order.actor, event: `command.${name}`, tenantId, incidentId, subjectId },
		detail: {
			...{ channel, commandId, args, outcome: carried.outcome, keyId: order.caller.keyId },
			...(actor.name === undefined ? {} : { actorName: actor.name }),
			...(parsed.command ? {} : { said: kept(said), wrong: parsed.wrong }),
		},
	};
}

function kept(said: SentCommand['said']): string {
	const text = 'text' in said ? said.text : said.button;

	return cut(text, TEXT_KEPT);
}

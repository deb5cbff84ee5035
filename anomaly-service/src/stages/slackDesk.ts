import { hash } from 'node:crypto';
import { MINUTE_MS } from '../../../core/durations.ts';
import { readSlackPress, type SlackPress } from '../../../core/commands/slackInteraction.ts';
import {
	slackFault,
	type SlackFault,
	type SlackRequest,
} from '../../../core/commands/slackSignature.ts';
import { slackUpdate, slackWord, type SlackCall } from '../../../core/commands/slackUpdate.ts';
import { iso } from '../../../core/utc.ts';
import type { Database } from '../ports/database.ts';
import type { SlackSettings } from '../slackSettings.ts';
import type { CommandDesk } from './commandDesk.ts';
import type { Caller } from './serviceKeys.ts';

/** What to tell Slack, or why nothing is told. */
export type SlackAnswer =
	| { outcome: 'notSetUp' | 'notAPress' }
	| { outcome: 'notFromSlack'; reason: SlackFault }
	| { outcome: 'answered'; call: SlackCall; duplicate: boolean };

type By = { caller: Caller; now: number };

/** Anybody may send to a public webhook: of forged requests one a minute is audited, with how many there were. */
const AUDIT_EVERY_MS = MINUTE_MS;

/** Buttons pressed in Slack. Who pressed is known from the signature, and only from it. */
export class SlackDesk {
	readonly #deps: {
		commands: Pick<CommandDesk, 'run'>;
		database: Database;
		settings: SlackSettings | undefined;
	};
	#forged = { since: -Infinity, times: 0 };

	constructor(deps: {
		commands: Pick<CommandDesk, 'run'>;
		database: Database;
		settings: SlackSettings | undefined;
	}) {
		this.#deps = deps;
	}

	async interact(request: SlackRequest, by: By): Promise<SlackAnswer> {
		const { settings } = this.#deps;
		if (!settings) return { outcome: 'notSetUp' };
		const reason = slackFault(settings.signingSecret, request, by.now);
		if (reason) {
			await this.#auditForged(reason, by);
			return { outcome: 'notFromSlack', reason };
		}
		const press = readSlackPress(request.body);
		if (!press) return { outcome: 'notAPress' };
		if (!settings.users.includes(press.userId)) return this.#refuse(press, by);

		// The same bytes are the same press, also when somebody sends them again.
		const commandId = `slack:${hash('sha256', request.body, 'hex')}`;
		const { reply, duplicate } = await this.#deps.commands.run(
			{
				...{ channel: 'slack', commandId },
				actor: { id: press.userId, name: press.userName },
				said: { button: press.data },
			},
			by,
		);
		return { outcome: 'answered', call: slackUpdate(press, reply.text), duplicate };
	}

	async #refuse(press: SlackPress, { caller, now }: By): Promise<SlackAnswer> {
		const { userId, userName: actorName, data: said } = press;
		await this.#deps.database.call('audit_command', {
			audit: {
				...{ actor: `slack:${userId}`, event: 'command.refused' },
				...{ tenantId: caller.tenantId, incidentId: null, subjectId: said },
				detail: { channel: 'slack', outcome: 'notAllowed', said, actorName, keyId: caller.keyId },
			},
			now: iso(now),
		});
		const call = slackWord(press, 'You may not do that: your Slack user is not allowed to.');
		return { outcome: 'answered', call, duplicate: false };
	}

	async #auditForged(reason: SlackFault, { caller, now }: By): Promise<void> {
		this.#forged.times += 1;
		if (now - this.#forged.since < AUDIT_EVERY_MS) return;
		const { times } = this.#forged;
		this.#forged = { since: now, times: 0 };
		await this.#deps.database.call('audit_command', {
			audit: {
				...{ actor: caller.keyId, event: 'command.refused' },
				...{ tenantId: caller.tenantId, incidentId: null, subjectId: 'slack' },
				detail: { channel: 'slack', outcome: 'notFromSlack', reason, times },
			},
			now: iso(now),
		});
	}
}

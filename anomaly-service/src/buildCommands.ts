import type { ServiceParts } from './build.ts';
import { CommandDesk } from './stages/commandDesk.ts';
import { DeadLetters } from './stages/deadLetters.ts';
import { SERVICE_ALERT_RULES } from './stages/serviceAlerts.ts';
import { SlackDesk } from './stages/slackDesk.ts';

/** What people order from their chats, and what waits for one of them. */
export type CommandParts = Pick<ServiceParts, 'commands' | 'deadLetters' | 'slackDesk'>;

export function buildCommands(
	parts: Omit<ServiceParts, 'commands' | 'deadLetters' | 'slackDesk'>,
): CommandParts {
	const { config, database, detectors, watch } = parts;
	const commands = new CommandDesk({
		...parts,
		isDegraded: () => watch.isDown,
		rules: [...detectors.map(({ name }) => name), ...SERVICE_ALERT_RULES],
	});

	return {
		commands,
		deadLetters: new DeadLetters(parts),
		slackDesk: new SlackDesk({ commands, database, settings: config.slack }),
	};
}

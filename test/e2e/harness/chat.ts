import { poll } from './poll.ts';
import type { World } from './startWorld.ts';

/** Waits until both channels show so many messages. */
export async function posted(
	{ slack, telegram }: Pick<World, 'slack' | 'telegram'>,
	counts: { slack: number; telegram: number },
): Promise<void> {
	await poll({ what: `${counts.slack} messages in Slack` }, async () =>
		(await slack.shownTexts()).length >= counts.slack ? true : undefined,
	);
	await poll({ what: `${counts.telegram} messages in Telegram` }, () =>
		telegram.shownTexts().length >= counts.telegram ? true : undefined,
	);
}

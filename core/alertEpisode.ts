/**
 * One alert from its opening to its end, per tenant and rule. It opens at the first finding, closes after an hour
 * without one, and notifies again only when it got half as bad again: a person is told once, not every minute.
 */
export type AlertEpisode = {
	openedAt: number;
	lastSeenAt: number;
	notifiedStrength: number;
	sequence: number;
};

const QUIET_MS = 60 * 60_000;
const ESCALATION = 1.5;

export function observeFinding(
	episode: AlertEpisode | undefined,
	finding: { strength: number; at: number },
): { episode: AlertEpisode; notify: boolean } {
	const { strength, at } = finding;
	if (!episode || at - episode.lastSeenAt > QUIET_MS) {
		return {
			episode: { openedAt: at, lastSeenAt: at, notifiedStrength: strength, sequence: 1 },
			notify: true,
		};
	}
	const seen = { ...episode, lastSeenAt: Math.max(at, episode.lastSeenAt) };
	if (strength < episode.notifiedStrength * ESCALATION) return { episode: seen, notify: false };

	return {
		episode: { ...seen, notifiedStrength: strength, sequence: episode.sequence + 1 },
		notify: true,
	};
}

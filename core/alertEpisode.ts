import { HOUR_MS, MINUTE_MS } from './durations.ts';

/**
 * One alert from its opening to its end, per tenant and rule. It opens at the first finding, closes after an hour
 * without one, and notifies again only when it got half as bad again and the last word is five minutes old: a person
 * is told once, not at every call of a loop that doubles. Times are epoch ms.
 */
export type AlertEpisode = {
	openedAt: number;
	lastSeenAt: number;
	notifiedAt: number;
	notifiedStrength: number;
	sequence: number;
};

const QUIET_MS = HOUR_MS;
const ESCALATION = 1.5;
const RENOTIFY_AFTER_MS = 5 * MINUTE_MS;

export function observeFinding(
	episode: AlertEpisode | undefined,
	finding: { strength: number; at: number },
): { episode: AlertEpisode; notify: boolean } {
	const { strength, at } = finding;
	if (!episode || at - episode.lastSeenAt > QUIET_MS) {
		return {
			episode: {
				openedAt: at,
				lastSeenAt: at,
				notifiedAt: at,
				notifiedStrength: strength,
				sequence: 1,
			},
			notify: true,
		};
	}
	const seen = { ...episode, lastSeenAt: Math.max(at, episode.lastSeenAt) };
	const worse = strength >= episode.notifiedStrength * ESCALATION;
	if (!worse || at - episode.notifiedAt < RENOTIFY_AFTER_MS)
		return { episode: seen, notify: false };

	return {
		episode: {
			...seen,
			notifiedAt: at,
			notifiedStrength: strength,
			sequence: episode.sequence + 1,
		},
		notify: true,
	};
}

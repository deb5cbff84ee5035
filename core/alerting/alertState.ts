import type { Severity } from '../alert.ts';
import { HOUR_MS, MINUTE_MS } from '../durations.ts';

/** `quiet`: when nothing was found for a while; `told`: when somebody says so; `silent`: it is news, not a state. */
export type AlertEnd = 'quiet' | 'told' | 'silent';

/** Times are epoch ms. */
type AlertFacts = {
	/** `alr_…` */
	id: string;
	ends: AlertEnd;
	openedAt: number;
	lastSeenAt: number;
	/** The last word people got of it, and when; null: none, its rule is muted. */
	said: 'firing' | 'resolved' | null;
	toldAt: number | null;
	/** How strong it was when it was last told. */
	toldStrength: number;
	/** Messages of this alert: the first is 1. */
	sequence: number;
};

/**
 * One alert of a (tenant, rule, severity), from its first finding to its end. Firing ones are told when they begin, when
 * they got half as bad again, and every four hours while nobody takes care of them; acknowledged ones are left alone.
 */
export type AlertState = AlertFacts &
	(
		| { state: 'firing'; resolvedAt: null }
		| { state: 'acknowledged'; resolvedAt: null }
		| { state: 'resolved'; resolvedAt: number }
	);

/** An alert and what it is about. `part`: what of the service it is about, else ''. */
export type KnownAlert = AlertState & {
	tenantId: string;
	rule: string;
	part: string;
	severity: Severity;
};

/** People hear of one alert once in this time, whatever it does; without a finding for as long it is over. */
export const COOLDOWN_MS = 15 * MINUTE_MS;
/** Nobody has taken care of it: told once more, twice a night. */
export const RENOTIFY_MS = 4 * HOUR_MS;
const ESCALATION = 1.5;

/** What a finding makes of an alert. `tell`: people have to hear of it; `sequence` is that of the message then. */
type Observed = { alert: AlertState; opened: boolean; tell: boolean };

/**
 * A finding of an alert's rule and severity. `muted`: it is noted, nobody is told. A finding within the cooldown of the end
 * opens the same alert again, a later one is a new alert, `fresh`.
 */
export function observe(
	known: AlertState | undefined,
	finding: { strength: number; at: number; muted: boolean; fresh: Pick<AlertState, 'id' | 'ends'> },
): Observed {
	const { strength, at, muted, fresh } = finding;
	const before = known && withoutFindings(known, at);
	if (!before || (before.state === 'resolved' && at - before.resolvedAt > COOLDOWN_MS)) {
		const times = { openedAt: at, lastSeenAt: at, toldAt: muted ? null : at };
		const alert: AlertState = {
			...{ ...fresh, state: 'firing', resolvedAt: null, ...times },
			...{ said: muted ? null : 'firing', toldStrength: strength, sequence: 1 },
		};
		return { alert, opened: true, tell: !muted };
	}
	const lastSeenAt = Math.max(at, before.lastSeenAt);
	if (before.state === 'acknowledged') {
		return { alert: { ...before, lastSeenAt }, opened: false, tell: false };
	}
	const firing: AlertState = { ...before, state: 'firing', resolvedAt: null, lastSeenAt };
	if (muted || !isWorthTelling(firing, strength, at)) {
		return { alert: firing, opened: false, tell: false };
	}
	return { alert: told(firing, strength, at), opened: false, tell: true };
}

/** An alert of findings that stopped ends by itself; `told` ones wait for somebody's word. */
export function withoutFindings(alert: AlertState, now: number): AlertState {
	const endedAt = alert.lastSeenAt + COOLDOWN_MS;
	if (alert.state === 'resolved' || alert.ends === 'told' || now <= endedAt) return alert;
	const word = alert.said === null ? {} : ({ said: 'resolved', toldAt: endedAt } as const);

	return { ...alert, ...word, state: 'resolved', resolvedAt: endedAt };
}

/** Somebody takes care of it. What is over stays so. */
export function acknowledge(alert: AlertState): AlertState {
	return alert.state === 'firing' ? { ...alert, state: 'acknowledged' } : alert;
}

function isWorthTelling({ said, toldAt, toldStrength }: AlertState, strength: number, at: number) {
	if (toldAt === null) return true;
	if (at - toldAt < COOLDOWN_MS) return false;

	return said !== 'firing' || strength >= toldStrength * ESCALATION;
}

function told(alert: AlertState, strength: number, at: number): AlertState {
	const word = { said: 'firing', toldAt: at, toldStrength: strength } as const;

	return { ...alert, ...word, sequence: alert.sequence + 1 };
}

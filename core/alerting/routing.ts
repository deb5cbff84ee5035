import type { Severity } from '../alert.ts';
import { CHANNELS, type Channel } from './notification.ts';

/** Where people are told of some alerts. Left out: whatever it is. */
export type AlertRoute = {
	rules?: readonly string[];
	severities?: readonly Severity[];
	tenantId?: string;
	/** None: nobody is told. */
	channels: readonly Channel[];
};

/** What decides where people are told. */
export type RoutedNews = {
	rule: string;
	severity: Severity;
	tenantId: string;
	/** A tenant was cut off. */
	breakerFired: boolean;
};

/** How soon somebody has to look, the most pressing first. */
export type Urgency = 'down' | 'onCall' | 'cost' | 'operations';

export const CHANNELS_OF: Readonly<Record<Urgency, readonly Channel[]>> = {
	down: ['pagerduty', 'telegram', 'slack'],
	onCall: ['telegram', 'slack'],
	cost: ['email', 'slack'],
	operations: ['slack'],
};

/** The service, or a whole provider, does not do what it is for. */
const DOWN_RULES = new Set([
	'service.degraded',
	'canary.allowed',
	'providerErrorRate',
	'providerLatencyP95',
]);
const COST_RULES = new Set(['budgetThreshold', 'spend.drift', 'cacheHitRatio', 'price.unknown']);

function urgencyOf({ rule, severity, breakerFired }: RoutedNews): Urgency {
	if (DOWN_RULES.has(rule)) return 'down';
	if (severity === 'critical' || breakerFired) return 'onCall';

	return COST_RULES.has(rule) ? 'cost' : 'operations';
}

/** The channels of the first route that fits; of none, those of its urgency. In the order of `CHANNELS`. */
export function channelsOf(news: RoutedNews, routes: readonly AlertRoute[]): Channel[] {
	const { channels } = routes.find((route) => fits(route, news)) ?? {
		channels: CHANNELS_OF[urgencyOf(news)],
	};

	return CHANNELS.filter((channel) => channels.includes(channel));
}

function fits({ rules, severities, tenantId }: AlertRoute, news: RoutedNews): boolean {
	return (
		(rules === undefined || rules.includes(news.rule)) &&
		(severities === undefined || severities.includes(news.severity)) &&
		(tenantId === undefined || tenantId === news.tenantId)
	);
}

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Metrics } from '../../ports/metrics.ts';

/** From half a millisecond to five seconds. */
const ANSWERS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 5];
/** From ten milliseconds to a minute. */
const TICKS = [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60];
/** From a second to an hour. */
const WAITS = [1, 5, 30, 60, 300, 900, 3600];

/** Metrics of one service, in a registry of its own: two services in one process do not mix. */
export function createPrometheusMetrics(): {
	metrics: Metrics;
	render: () => Promise<{ contentType: string; text: string }>;
} {
	const registry = new Registry();
	collectDefaultMetrics({ register: registry });
	const { counter, gauge, histogram } = makersIn(registry);

	return {
		metrics: {
			events: counter('usage_events', 'Usage events by outcome', ['outcome']),
			eventsDropped: counter('usage_events_dropped', 'Usage events dropped by retention'),
			decisions: counter('decisions', 'Answers to "may I?"', ['decision']),
			findings: counter('findings', 'What detectors saw', ['rule', 'verdict']),
			findingsSuppressed: counter(
				'findings_suppressed',
				'Findings that feedback or a maintenance window left alone',
				['rule', 'by'],
			),
			scoredTenants: counter('scored_tenants', 'Snapshots of tenants scored'),
			scoreTickSeconds: histogram('score_tick', 'Scoring all active tenants once', [], TICKS),
			scoreTicksMissed: counter('score_ticks_missed', 'Ticks left out: the last one took too long'),
			scoreLagSeconds: gauge('score_lag_seconds', 'By how much the last tick overran its interval'),
			breakersOpened: counter('breakers_opened', 'Breakers opened by a detector', ['rule']),
			alertsRaised: counter('alerts_raised', 'Alerts that did not open a breaker', ['rule']),
			alertsMuted: counter('alerts_muted', 'Alerts of a muted rule', ['rule']),
			notifications: counter('notifications', 'Messages to people by how an attempt ended', [
				'channel',
				'outcome',
			]),
			deliveries: counter('webhook_attempts', 'Webhook attempts by outcome', ['outcome']),
			expiredHolds: counter('expired_reservations', 'Reservations whose lease ran out unsettled'),
			embeddings: counter('embeddings', 'Texts a vector was wanted of', ['outcome']),
			queueDecisions: counter('queue_decisions', 'Waiting calls decided', ['outcome']),
			queueResumes: counter('queue_resumes', 'Attempts to tell a waiting call its answer', [
				'outcome',
			]),
			queueWaitSeconds: histogram('queue_wait', 'How long decided calls waited', ['lane'], WAITS),
			storeDown: gauge('store_down', '1 while the counter store does not answer'),
			deliverySeconds: histogram('webhook_attempt', 'Duration of a webhook attempt', [], ANSWERS),
			requestSeconds: histogram(
				'http_request',
				'Duration of answered requests',
				['method', 'path', 'status'],
				ANSWERS,
			),
		},
		render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
	};
}

function makersIn(registry: Registry) {
	const counter = (name: string, help: string, labelNames: string[] = []) => {
		const made = new Counter({
			name: `llm_fuse_${name}_total`,
			help,
			labelNames,
			registers: [registry],
		});
		const child = childOf((labels) => made.labels(labels));
		return { inc: (labels: Record<string, string> = {}, by = 1) => child(labels).inc(by) };
	};
	const gauge = (name: string, help: string) =>
		new Gauge({ name: `llm_fuse_${name}`, help, registers: [registry] });
	const histogram = (name: string, help: string, labelNames: string[], buckets: number[]) => {
		const made = new Histogram({
			name: `llm_fuse_${name}_seconds`,
			help,
			labelNames,
			buckets,
			registers: [registry],
		});
		const child = childOf((labels) => made.labels(labels));
		return {
			observe: (labels: Record<string, string>, seconds: number) => child(labels).observe(seconds),
		};
	};

	return { counter, gauge, histogram };
}

type Labels = Record<string, string>;

/** Finding the child of a metric by its labels takes longer than counting: each is looked up once. */
function childOf<Child>(find: (labels: Labels) => Child): (labels: Labels) => Child {
	const known = new Map<string, Child>();

	return (labels) => {
		const key = Object.values(labels).join('\0');
		const before = known.get(key);
		if (before) return before;
		const child = find(labels);
		known.set(key, child);
		return child;
	};
}

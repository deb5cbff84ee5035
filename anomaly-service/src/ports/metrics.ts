type Counter = { inc(labels?: Record<string, string>, by?: number): void };
type Gauge = { set(value: number): void };
type Histogram = { observe(labels: Record<string, string>, seconds: number): void };

/** What the service counts of itself. */
export type Metrics = {
	events: Counter;
	/** Dropped by retention. */
	eventsDropped: Counter;
	decisions: Counter;
	findings: Counter;
	/** Findings that feedback or a maintenance window left alone. */
	findingsSuppressed: Counter;
	scoredTenants: Counter;
	scoreTickSeconds: Histogram;
	/** Ticks left out because the one before took longer than its interval. */
	scoreTicksMissed: Counter;
	/** By how much the newest tick overran its interval. */
	scoreLagSeconds: Gauge;
	breakersOpened: Counter;
	alertsRaised: Counter;
	/** Alerts nobody was told of, because their rule is muted. */
	alertsMuted: Counter;
	/** Messages to people by channel and how an attempt ended. */
	notifications: Counter;
	deliveries: Counter;
	expiredHolds: Counter;
	/** 1 while the counter store does not answer. */
	storeDown: Gauge;
	deliverySeconds: Histogram;
	requestSeconds: Histogram;
	/** Waiting calls by what was decided: allowed, rejected, deadlineExceeded. */
	queueDecisions: Counter;
	queueWaitSeconds: Histogram;
	/** Attempts to tell a call its answer. */
	queueResumes: Counter;
	/** Texts by where their vector came from, or why it did not: cached, embedded, failed, overBudget, postponed, resting. */
	embeddings: Counter;
};

type Counter = { inc(labels?: Record<string, string>, by?: number): void };
type Gauge = { set(value: number): void };
type Histogram = { observe(labels: Record<string, string>, seconds: number): void };

/** What the service counts of itself. */
export type Metrics = {
	events: Counter;
	decisions: Counter;
	findings: Counter;
	breakersOpened: Counter;
	alertsRaised: Counter;
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
};

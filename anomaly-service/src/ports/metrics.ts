type Counter = { inc(labels?: Record<string, string>, by?: number): void };
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
	deliverySeconds: Histogram;
	requestSeconds: Histogram;
};

type Counter = { inc(labels?: Record<string, string>, by?: number): void };
type Histogram = { observe(labels: Record<string, string>, seconds: number): void };

/** What the queue counts of itself. */
export type QueueMetrics = {
	/** `outcome`: allowed, rejected, deadlineExceeded. */
	queueDecisions: Counter;
	/** How long decided calls had waited; `lane`. */
	queueWaitSeconds: Histogram;
	/** Attempts to tell a call its answer; `outcome`: told, again, requeued, dead. */
	queueResumes: Counter;
};

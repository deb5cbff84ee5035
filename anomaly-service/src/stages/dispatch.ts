import { signWebhook } from '../../../core/webhookSignature.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { DatabaseFunctions } from '../ports/databaseFunctions.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { WebhookSender } from '../ports/webhookSender.ts';

type Delivery = DatabaseFunctions['claim_deliveries']['result'][number];

export type DispatchDependencies = {
	database: Database;
	sender: WebhookSender;
	clock: Clock;
	log: Log;
	metrics: Metrics;
	/** Signing secret of a subscription. */
	secretOf: (webhookId: string) => string;
};

const BATCH = 50;
/** Longer than the sender's own time limit, so that a live worker never loses its claim. */
const LEASE_MS = 30_000;
const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 10 * 60_000;
/** After a day the moment has passed; the message is kept as a dead letter. */
const GIVE_UP_MS = 24 * 3_600_000;

/** Carries messages from the outbox to subscribers, each until it arrived or a day has passed. */
export class Dispatcher {
	readonly #deps: DispatchDependencies;
	#running: Promise<void> | undefined;
	#again = false;

	constructor(deps: DispatchDependencies) {
		this.#deps = deps;
	}

	/** Delivers what is due now. Calls while it runs make it look once more, never twice at a time. */
	run(): Promise<void> {
		this.#again = true;
		this.#running ??= this.#drain().finally(() => {
			this.#running = undefined;
		});
		return this.#running;
	}

	async #drain(): Promise<void> {
		const { database, clock } = this.#deps;
		while (this.#again) {
			this.#again = false;
			const due = await database.call('claim_deliveries', {
				now: new Date(clock.now()).toISOString(),
				leaseMs: LEASE_MS,
				limit: BATCH,
			});
			if (due.length === 0) continue;
			// A slow receiver must not hold up the others: each goes its own way, the loop goes on.
			for (const delivery of due) void this.#deliver(delivery);
			this.#again = true;
		}
	}

	readonly #open = new Set<Promise<void>>();

	/** Resolves when no attempt is under way. */
	async idle(): Promise<void> {
		await this.#running;
		await Promise.all(this.#open);
	}

	#deliver(delivery: Delivery): Promise<void> {
		const attempt = this.#attempt(delivery).catch((error: unknown) => {
			// The claim runs out by itself, so the message is tried again.
			this.#deps.log.error({ err: error, deliveryId: delivery.id }, 'delivery not recorded');
		});
		this.#open.add(attempt);
		return attempt.finally(() => this.#open.delete(attempt));
	}

	async #attempt({ id, webhookId, url, body, attempts, createdAt }: Delivery): Promise<void> {
		const { database, sender, clock, metrics, log, secretOf } = this.#deps;
		const timestamp = Math.floor(clock.now() / 1000);
		const signature = signWebhook(secretOf(webhookId), id, timestamp, body);
		const started = performance.now();
		const result = await sender.send({
			url,
			body,
			headers: {
				'webhook-id': id,
				'webhook-timestamp': String(timestamp),
				'webhook-signature': signature,
			},
		});
		metrics.deliveries.inc({ outcome: result.outcome });
		metrics.deliverySeconds.observe({}, (performance.now() - started) / 1000);

		const now = clock.now();
		const retryAt = now + retryDelayMs(attempts);
		const givenUp =
			result.outcome === 'gone' ||
			(result.outcome === 'failed' && retryAt - createdAt > GIVE_UP_MS);
		if (result.outcome !== 'delivered') {
			log.warn(
				{ deliveryId: id, webhookId, attempts, error: result.error, givenUp },
				'delivery failed',
			);
		}
		await database.call('finish_delivery', {
			id,
			now: new Date(now).toISOString(),
			error: result.outcome === 'delivered' ? null : result.error,
			nextAttemptAt:
				result.outcome === 'delivered' || givenUp ? null : new Date(retryAt).toISOString(),
		});
	}
}

/** Exponential backoff with full jitter over its upper half, so that receivers coming back are not hit at once. */
function retryDelayMs(attempts: number): number {
	const ceiling = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1));

	return ceiling / 2 + Math.random() * (ceiling / 2);
}

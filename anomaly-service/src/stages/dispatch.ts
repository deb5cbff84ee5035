import { DAY_MS, MINUTE_MS } from '../../../core/durations.ts';
import { signWebhook } from '../../../core/webhookSignature.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { DatabaseFunctions } from '../ports/databaseFunctions.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { WebhookResult, WebhookSender } from '../ports/webhookSender.ts';
import { ClaimLoop } from './claimLoop.ts';
import { DeliveryLane } from './deliveryLane.ts';
import { StepsFirst, stepsFirst } from './stepsFirst.ts';

type Delivery = DatabaseFunctions['claim_deliveries']['result'][number];

/** `notSent`: it got no turn in time. `interrupted`: the service stops, nobody is to blame. */
type Attempt = WebhookResult | { outcome: 'notSent' | 'interrupted'; error: string };

export type DispatchDependencies = {
	database: Database;
	sender: WebhookSender;
	clock: Clock;
	log: Log;
	metrics: Metrics;
	/** Signing secret of a subscription. */
	secretOf: (webhookId: string) => string;
};

/** Messages held at a time: a socket and some KB each. 25 receivers that hang, with 4 messages each, fill it. */
const MAX_HELD = 100;
/** Longer than a wait for a turn and the sender's own time limit, so that a live worker never loses its claim. */
const LEASE_MS = 30_000;
const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 10 * MINUTE_MS;
/** After a day the moment has passed; the message is kept as a dead letter. */
const GIVE_UP_MS = DAY_MS;
/** At a stop: healthy receivers answer within milliseconds, the others get the message after the next start. */
const STOP_GRACE_MS = 2000;

/** Carries messages from the outbox to subscribers, each until it arrived or a day has passed. */
export class Dispatcher {
	readonly #deps: DispatchDependencies;
	readonly #lanes = new Map<string, DeliveryLane>();
	readonly #steps = new StepsFirst();
	readonly #abort = new AbortController();
	readonly #work: ClaimLoop<Delivery>;

	constructor(deps: DispatchDependencies) {
		this.#deps = deps;
		const { clock, database, log } = deps;
		this.#work = new ClaimLoop({
			max: MAX_HELD,
			claim: async (limit) => {
				const now = new Date(clock.now()).toISOString();
				return stepsFirst(
					await database.call('claim_deliveries', { now, leaseMs: LEASE_MS, limit }),
				);
			},
			carry: (delivery) => this.#carry(delivery),
			carryFailed: (error, { id }) => {
				log.error({ err: error, deliveryId: id }, 'delivery not recorded');
			},
			claimFailed: (error) => {
				log.error({ err: error }, 'outbox could not be read');
			},
		});
	}

	/** Delivers what is due now. Calls while it runs make it look once more, never twice at a time. */
	run(): Promise<void> {
		return this.#work.run();
	}

	/** Claims nothing more; resolves when what is under way arrived, failed, or was cut off and given back. */
	async stop(): Promise<void> {
		const stopped = this.#work.stop();
		const cut = setTimeout(() => this.#abort.abort(), STOP_GRACE_MS);
		for (const lane of this.#lanes.values()) lane.turnAway();
		await stopped;
		clearTimeout(cut);
	}

	async #carry(delivery: Delivery): Promise<void> {
		const attempt = await this.#steps.inTurn(delivery.type, () => this.#attempt(delivery));
		const { id, webhookId, attempts } = delivery;
		const now = this.#deps.clock.now();
		const retryAt = retryTime(delivery, attempt, now);
		if (attempt.outcome !== 'delivered') {
			const fields = { deliveryId: id, webhookId, attempts, error: attempt.error };
			this.#deps.log.warn({ ...fields, givenUp: retryAt === null }, 'delivery failed');
		}
		await this.#deps.database.call('finish_delivery', {
			id,
			now: new Date(now).toISOString(),
			error: attempt.outcome === 'delivered' ? null : attempt.error,
			nextAttemptAt: retryAt === null ? null : new Date(retryAt).toISOString(),
		});
	}

	/** One attempt, when it is this message's turn. */
	async #attempt(delivery: Delivery): Promise<Attempt> {
		const { webhookId } = delivery;
		const lane = this.#lanes.get(webhookId) ?? new DeliveryLane();
		this.#lanes.set(webhookId, lane);
		try {
			const entered = !this.#work.isStopping && (await lane.enter());
			if (this.#work.isStopping && !entered) return INTERRUPTED;
			if (!entered) return { outcome: 'notSent', error: 'the receiver is busy with earlier ones' };
			try {
				return await this.#send(delivery);
			} finally {
				lane.leave();
			}
		} finally {
			if (lane.isEmpty) this.#lanes.delete(webhookId);
		}
	}

	async #send({ id, webhookId, url, body }: Delivery): Promise<Attempt> {
		const { sender, clock, metrics, secretOf } = this.#deps;
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
			signal: this.#abort.signal,
		});
		if (result.outcome === 'failed' && this.#abort.signal.aborted) return INTERRUPTED;

		metrics.deliveries.inc({ outcome: result.outcome });
		metrics.deliverySeconds.observe({}, (performance.now() - started) / 1000);
		return result;
	}
}

const INTERRUPTED = { outcome: 'interrupted', error: 'the service was stopped' } as const;

/** When a message is due again, epoch ms; null when it never is. */
function retryTime({ attempts, createdAt }: Delivery, { outcome }: Attempt, now: number) {
	if (outcome === 'delivered' || outcome === 'gone') return null;
	if (outcome === 'interrupted') return now;
	const retryAt = now + retryDelayMs(attempts);

	return retryAt - createdAt > GIVE_UP_MS ? null : retryAt;
}

/** Exponential backoff with full jitter over its upper half, so that receivers coming back are not hit at once. */
function retryDelayMs(attempts: number): number {
	const ceiling = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1));

	return ceiling / 2 + Math.random() * (ceiling / 2);
}

/** The event that asks for a step at a vendor. */
const STEP = 'action.requested';
/** So long a message waits at most: nobody notices a tenth of a second, and a receiver of steps may hang. */
const LONGEST_WAIT_MS = 100;

/**
 * Lets steps at vendors go ahead of messages to people. n8n takes what it is sent side by side, so among the messages of its
 * incident a step began after 90 ms (p99 230), and ahead of them after 50 (p99 90); the messages came no later.
 */
export class StepsFirst {
	readonly #steps = new Set<Promise<unknown>>();

	/** Sends a message of this type when it is its turn, which ends with the receiver's answer. */
	async inTurn<Answer>(type: string | null, send: () => Promise<Answer>): Promise<Answer> {
		if (type === STEP) return this.#ahead(send());
		if (type?.startsWith('notification.') && this.#steps.size > 0) await this.#stepsAnswered();

		return send();
	}

	async #ahead<Answer>(step: Promise<Answer>): Promise<Answer> {
		this.#steps.add(step);
		try {
			return await step;
		} finally {
			this.#steps.delete(step);
		}
	}

	/** Of those under way now. */
	async #stepsAnswered(): Promise<void> {
		let timer: NodeJS.Timeout | undefined;
		const patience = new Promise((resolve) => (timer = setTimeout(resolve, LONGEST_WAIT_MS)));
		await Promise.race([Promise.allSettled(this.#steps), patience]);
		clearTimeout(timer);
	}
}

/** These messages, steps before all others: whoever is carried first is under way when the others come. */
export function stepsFirst<Message extends { type: string | null }>(
	messages: readonly Message[],
): Message[] {
	const isStep = ({ type }: Message) => type === STEP;

	return messages.toSorted((a, b) => Number(isStep(b)) - Number(isStep(a)));
}

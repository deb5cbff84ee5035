import { sleep } from 'n8n-workflow';
import type { ServiceAnswer } from './service.ts';

type Report = {
	/** Sends it once more. The service counts an event once, however often it comes. */
	send: () => Promise<ServiceAnswer>;
	/** For how long it is tried; the usage is lost to the service after that. */
	forMs: number;
};

const FIRST_RETRY_MS = 1_000;
/** A service that comes back has what was missed within a minute. */
const MAX_RETRY_MS = 60_000;

/** A report is a batch of up to 1000 events of about 1 kB: 100 of them are 100 MB at the very worst. */
const PENDING_MAX = 100;

let pending = 0;

/**
 * Sends a report again in the background, with exponential backoff and jitter, until the service took it or refused it
 * for good, or its time is over. The execution goes on, and may have ended. Reports live in this process: a restart of
 * n8n drops them, and so does one more than 100 at a time.
 */
export function reportLater(report: Report): void {
	if (pending >= PENDING_MAX) return;

	pending += 1;
	void sendUntilTaken(report)
		// Nobody is left to tell.
		.catch(() => undefined)
		.then(() => {
			pending -= 1;
		});
}

async function sendUntilTaken({ send, forMs }: Report): Promise<void> {
	const giveUpAt = Date.now() + forMs;

	for (let attempt = 0; ; attempt++) {
		const waitMs = retryDelayMs(attempt);
		if (Date.now() + waitMs > giveUpAt) return;

		await sleep(waitMs);
		const answer = await send().catch(() => undefined);
		if (answer?.outcome === 'answered') return;
	}
}

/** Half of it is jitter, so that many reports do not hit a service that comes back at once. */
function retryDelayMs(attempt: number): number {
	const ceiling = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt);

	return ceiling / 2 + Math.random() * (ceiling / 2);
}

import type { WebhookResult, WebhookSender } from '../../ports/webhookSender.ts';

/** n8n answers a webhook at once; ten seconds are for a host under load, not for a workflow to finish. */
const TIMEOUT_MS = 10_000;

/** The status alone decides: a receiver is not waited for once it has sent it, and what it says is never read. */
export function createHttpWebhookSender(timeoutMs = TIMEOUT_MS): WebhookSender {
	return {
		async send({ url, headers, body, signal }): Promise<WebhookResult> {
			try {
				const response = await fetch(url, {
					method: 'POST',
					headers: { 'content-type': 'application/json', ...headers },
					body,
					redirect: 'error',
					signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
				});
				discard(response);
				if (response.ok) return { outcome: 'delivered' };

				return {
					outcome: response.status === 410 ? 'gone' : 'failed',
					error: `HTTP ${response.status}`,
					status: response.status,
				};
			} catch (error) {
				const unreached = isUnreached(error) ? { unreached: true as const } : {};
				return { outcome: 'failed', error: reasonOf(error), ...unreached };
			}
		},
	};
}

/** A short answer has come by now and its connection is used again; that of a long or stalled one is closed. */
function discard({ body }: Response): void {
	body?.cancel().catch(() => undefined);
}

/** What the system says when there is nobody to talk to; whatever else went wrong may have done so halfway. */
const UNREACHED_CODES = new Set([
	'ECONNREFUSED',
	'ENOTFOUND',
	'EAI_AGAIN',
	'EHOSTUNREACH',
	'ENETUNREACH',
]);

function isUnreached(error: unknown): boolean {
	const cause = valueOf(error, 'cause');

	return UNREACHED_CODES.has(String(valueOf(cause, 'code')));
}

function valueOf(thing: unknown, name: string): unknown {
	return typeof thing === 'object' && thing !== null ? Reflect.get(thing, name) : undefined;
}

function reasonOf(error: unknown): string {
	if (!(error instanceof Error)) return 'unknown';

	return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

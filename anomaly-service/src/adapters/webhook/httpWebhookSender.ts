import type { WebhookResult, WebhookSender } from '../../ports/webhookSender.ts';

/** n8n answers a webhook at once; ten seconds are for a host under load, not for a workflow to finish. */
const TIMEOUT_MS = 10_000;

export function createHttpWebhookSender(): WebhookSender {
	return {
		async send({ url, headers, body }): Promise<WebhookResult> {
			try {
				const response = await fetch(url, {
					method: 'POST',
					headers: { 'content-type': 'application/json', ...headers },
					body,
					redirect: 'error',
					signal: AbortSignal.timeout(TIMEOUT_MS),
				});
				// An unread body would keep the connection from being used again.
				await response.arrayBuffer();
				if (response.ok) return { outcome: 'delivered' };

				return {
					outcome: response.status === 410 ? 'gone' : 'failed',
					error: `HTTP ${response.status}`,
				};
			} catch (error) {
				return { outcome: 'failed', error: reasonOf(error) };
			}
		},
	};
}

function reasonOf(error: unknown): string {
	if (!(error instanceof Error)) return 'unknown';

	return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

export type WebhookRequest = {
	url: string;
	headers: Record<string, string>;
	body: string;
	/** Ends the attempt, which then has failed. */
	signal: AbortSignal;
};

/**
 * `gone`: the receiver said it will never want this again (410). `status`: what it answered, when it did. `unreached`: no
 * connection came about, so the message cannot have arrived.
 */
export type WebhookResult =
	| { outcome: 'delivered' }
	| { outcome: 'failed' | 'gone'; error: string; status?: number; unreached?: true };

/** Posts one message; a receiver that fails is a result, not an exception. */
export interface WebhookSender {
	send(request: WebhookRequest): Promise<WebhookResult>;
}

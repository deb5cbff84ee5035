import { createClient } from '../demo/client.ts';
import { startReceiver } from '../demo/receiver.ts';
import { NO_USAGE } from '../core/usage.ts';
import { USAGE_EVENT_TYPE, type UsageEvent } from '../core/usageEvent.ts';
import { percentile, rounded, type Figure } from './figure.ts';
import { startServiceProcess } from './serviceProcess.ts';

const INCIDENTS = 300;
const WARM_UP = 20;
/** Usage of other tenants that goes on meanwhile, per second. */
const BACKGROUND_PER_SECOND = 100;
const ELEVEN_DOLLARS = 1_100_000_000;

/**
 * From a breaching usage event sent to the signed webhook received, over loopback, one incident after another while
 * other tenants go on. The service's own share is shorter: both HTTP transfers are in the figure.
 */
export async function timeToAlert(): Promise<Figure[]> {
	const service = await startServiceProcess();
	const client = createClient(service.url, service.key);
	let arrived: (at: number) => void = () => undefined;
	const receiver = await startReceiver(({ arrivedAt }) => arrived(arrivedAt));
	await client.post('/v1/webhooks', { url: receiver.url, events: ['breaker.opened'] });

	let sent = 0;
	let refused = 0;
	const background = setInterval(() => {
		sent += 1;
		client
			.post('/v1/usage', event(`background-${sent % 10}`, `background-${sent}`, 10_000))
			// One that is under way while the service stops; more than that is seen in the figures.
			.catch(() => {
				refused += 1;
			});
	}, 1000 / BACKGROUND_PER_SECOND);

	const toWebhook: number[] = [];
	const toAnswer: number[] = [];
	for (let incident = 0; incident < WARM_UP + INCIDENTS; incident++) {
		const webhook = new Promise<number>((resolve) => {
			arrived = resolve;
		});
		const started = performance.now();
		await client.post(
			'/v1/usage',
			event(`runner-${incident}`, `breach-${incident}`, ELEVEN_DOLLARS),
		);
		const answered = performance.now();
		const webhookAt = await webhook;
		if (incident < WARM_UP) continue;
		toAnswer.push(answered - started);
		toWebhook.push(webhookAt - started);
	}
	clearInterval(background);
	receiver.close();
	await service.stop();

	return [
		{ figure: 'incidents', value: toWebhook.length, unit: '1' },
		{ figure: 'p50_ms', value: rounded(percentile(toWebhook, 50)), unit: 'ms' },
		{ figure: 'p99_ms', value: rounded(percentile(toWebhook, 99)), unit: 'ms' },
		{ figure: 'max_ms', value: rounded(Math.max(...toWebhook)), unit: 'ms' },
		{ figure: 'own_block_p50_ms', value: rounded(percentile(toAnswer, 50)), unit: 'ms' },
		{ figure: 'own_block_p99_ms', value: rounded(percentile(toAnswer, 99)), unit: 'ms' },
		{ figure: 'background_events', value: sent, unit: '1' },
		{ figure: 'background_refused', value: refused, unit: '1' },
	];
}

function event(subject: string, id: string, costMicroCents: number): UsageEvent {
	return {
		specversion: '1.0',
		id,
		source: 'bench',
		type: USAGE_EVENT_TYPE,
		subject,
		time: new Date().toISOString(),
		data: {
			provider: 'openai',
			model: 'gpt-4o',
			endpoint: 'api.openai.com/v1/chat/completions',
			usage: { ...NO_USAGE, inputUncached: 1000, output: 200 },
			costMicroCents,
		},
	};
}

import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { percentile, rounded } from './figure.ts';

export type Asked = { method: 'GET' | 'POST'; url: string; key: string; body?: () => string };

/**
 * Asks at a steady rate whether or not the answers come, and measures each from the moment it was due: what waits because
 * the one before was slow counts in full. `warmUpSeconds` are left out.
 */
export async function openLoop(
	asked: Asked,
	{ rate, seconds, warmUpSeconds }: { rate: number; seconds: number; warmUpSeconds: number },
): Promise<{ p50: number; p99: number; refused: number }> {
	const agent = new Agent({ keepAlive: true, maxSockets: 256 });
	const latenciesMs: number[] = [];
	const pending: Promise<void>[] = [];
	let refused = 0;
	const started = performance.now();
	const total = rate * (warmUpSeconds + seconds);
	while (pending.length < total) {
		const due = Math.min(total, ((performance.now() - started) / 1000) * rate);
		while (pending.length < due) {
			const dueAt = started + (pending.length / rate) * 1000;
			const isWarmUp = pending.length < rate * warmUpSeconds;
			pending.push(
				statusOf(asked, agent).then((status) => {
					if (status >= 400) refused++;
					if (!isWarmUp) latenciesMs.push(performance.now() - dueAt);
				}),
			);
		}
		await delay(1);
	}
	await Promise.all(pending);
	agent.destroy();
	const [p50, p99] = [50, 99].map((pct) => rounded(percentile(latenciesMs, pct)));

	return { p50: p50 ?? NaN, p99: p99 ?? NaN, refused };
}

function statusOf({ method, url, key, body }: Asked, agent: Agent): Promise<number> {
	return new Promise((resolve, reject) => {
		const text = body?.() ?? '';
		const headers = {
			authorization: `Bearer ${key}`,
			...(body ? { 'content-type': 'application/json' } : {}),
			'content-length': Buffer.byteLength(text),
		};
		const asking = request(url, { method, agent, headers });
		asking.on('response', (response) => {
			response.resume().on('end', () => resolve(response.statusCode ?? 0));
		});
		asking.on('error', (error) => {
			// The server closed an idle connection just as it was taken up again: not an answer, so it is asked anew.
			if (asking.reusedSocket)
				statusOf({ method, url, key, ...(body ? { body: () => text } : {}) }, agent).then(
					resolve,
					reject,
				);
			else reject(error);
		});
		asking.end(text);
	});
}

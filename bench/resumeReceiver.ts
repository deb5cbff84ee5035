import { createServer } from 'node:http';
import { closeServer, listenOnLoopback } from '../test/support/loopbackServer.ts';

/** One request for a resume URL; `at` on the clock of performance.now(). */
export type Arrival = { call: string; at: number };

export type ResumeReceiver = {
	/** Everything below it is a resume URL. */
	url: string;
	arrivals: Arrival[];
	/** Resolves when `count` calls have come, or none for `stalledAfterMs`. */
	until(count: number, stalledAfterMs: number): Promise<void>;
	close(): Promise<void>;
};

/** Where executions wait: answers as n8n does, 200 to the first request for one and 409 to every other. */
export async function startResumeReceiver(): Promise<ResumeReceiver> {
	const arrivals: Arrival[] = [];
	const running = new Set<string>();
	let tick: () => void = () => undefined;
	const server = createServer((request, response) => {
		request.resume();
		request.on('end', () => {
			const call = request.url ?? '';
			arrivals.push({ call, at: performance.now() });
			response.writeHead(running.has(call) ? 409 : 200).end();
			running.add(call);
			tick();
		});
	});
	const origin = await listenOnLoopback(server);

	return {
		url: `${origin}/webhook-waiting`,
		arrivals,
		async until(count, stalledAfterMs) {
			while (running.size < count) {
				const isStalled = await new Promise<boolean>((resolve) => {
					const timer = setTimeout(resolve, stalledAfterMs, true);
					tick = () => {
						clearTimeout(timer);
						resolve(false);
					};
				});
				if (isStalled) return;
			}
		},
		close: () => closeServer(server),
	};
}

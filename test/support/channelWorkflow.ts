import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { closeServer, listenOnLoopback } from './loopbackServer.ts';

/** What a channel shows: one entry for each time something was posted there. */
export type Post = {
	workflow: string;
	subjectId: string;
	tenantId: string;
	rule: string;
	channel: string;
	kind: string;
	sequence: number;
	alertText: string;
	note: string | null;
	posted: Record<string, unknown> | null;
	buttons: { label: string; data: string }[];
};

export type ChannelWorkflow = {
	url: string;
	posts: Post[];
	/** Answers of the next claims that were granted: what the channel says instead of taking the post. */
	refusals: object[];
	close(): Promise<void>;
};

type Ask = (path: string, body: object) => Promise<Record<string, unknown>>;

/**
 * A workflow that posts messages as the template does: it claims, posts, reports. `ask` is the service as it is reached
 * when it is asked.
 */
export async function startChannelWorkflow(name: string, ask: Ask): Promise<ChannelWorkflow> {
	const posts: Post[] = [];
	const refusals: object[] = [];
	const running = new Set<Promise<void>>();
	const run = async (body: string): Promise<void> => {
		const { data } = JSON.parse(body) as { data: Record<string, unknown> };
		const at = `/v1/notifications/${String(data['notificationId'])}`;
		const { attempt } = data;
		const claimed = await ask(`${at}/claim`, { attempt });
		if (claimed['granted'] !== true) return;
		const refusal = refusals.shift();
		if (refusal) {
			await ask(`${at}/report`, { attempt, outcome: 'failed', ...refusal });
			return;
		}
		posts.push({ ...(claimed as unknown as Post), workflow: name });
		const ts = createHash('sha256').update(body).digest('hex').slice(0, 8);
		await ask(`${at}/report`, { attempt, outcome: 'sent', external: { ts } });
	};
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			response.statusCode = 200;
			response.end();
			const one = run(Buffer.concat(chunks).toString())
				.catch(() => undefined)
				.then(() => void running.delete(one));
			running.add(one);
		});
	});
	const origin = await listenOnLoopback(server);

	return {
		...{ url: `${origin}/${name}`, posts, refusals },
		async close() {
			await Promise.all(running);
			await closeServer(server);
		},
	};
}

import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { closeServer, listenOnLoopback } from '../../support/loopbackServer.ts';

export interface HangUpWatch {
	baseUrl: string;
	/** Bodies of the requests whose callers went away before the answer was complete. */
	abandoned: string[];
	close: () => Promise<void>;
}

/** Passes requests and streamed answers on as they come, and notes who hung up: aimock goes on writing and never knows. */
export async function startHangUpWatch(target: string): Promise<HangUpWatch> {
	const abandoned: string[] = [];

	const pass = (incoming: IncomingMessage, outgoing: ServerResponse) => {
		const { method, headers, url = '/' } = incoming;
		const body: Buffer[] = [];
		const onward = request(new URL(url, target), { method, headers }, (answer) => {
			outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
			answer.pipe(outgoing);
		});
		incoming.on('data', (chunk: Buffer) => body.push(chunk));
		incoming.pipe(onward);
		onward.once('error', () => outgoing.destroy());
		outgoing.once('close', () => {
			if (outgoing.writableFinished) return;
			abandoned.push(Buffer.concat(body).toString('utf8'));
			onward.destroy();
		});
	};

	const server = createServer(pass);
	const baseUrl = await listenOnLoopback(server);

	return {
		baseUrl,
		abandoned,
		close: () => closeServer(server),
	};
}

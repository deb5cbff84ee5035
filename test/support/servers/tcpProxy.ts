import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Stands between a client and its server, and does to the connection what networks do. */
export type TcpProxy = {
	port: number;
	/** Breaks every connection and refuses new ones until `mend`. */
	cut(): Promise<void>;
	mend(): Promise<void>;
	/** Connections stay, nothing comes through in either direction until `resume`. */
	stall(): void;
	resume(): void;
	stop(): Promise<void>;
};

/** Listens on a free loopback port and passes everything on to `target`, another one. */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
	const sockets = new Set<Socket>();
	let stalled = false;
	const keep = (socket: Socket) => {
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
		// 'close' follows, and takes the other side along.
		socket.on('error', () => undefined);
		if (stalled) socket.pause();
	};
	const server = createServer((client) => {
		const upstream = connect(target, '127.0.0.1');
		for (const [from, to] of [[client, upstream] as const, [upstream, client] as const]) {
			keep(from);
			from.on('data', (chunk) => to.write(chunk));
			from.on('close', () => to.destroy());
			if (stalled) from.pause();
		}
	});
	const listen = async (port: number) => {
		server.listen(port, '127.0.0.1');
		await once(server, 'listening');
	};
	await listen(0);
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('no port to listen on');
	const { port } = address;
	const cut = async () => {
		if (!server.listening) return;
		const closed = once(server, 'close');
		server.close();
		for (const socket of sockets) socket.destroy();
		await closed;
	};

	return {
		port,
		cut,
		mend: () => listen(port),
		stall() {
			stalled = true;
			for (const socket of sockets) socket.pause();
		},
		resume() {
			stalled = false;
			for (const socket of sockets) socket.resume();
		},
		stop: cut,
	};
}

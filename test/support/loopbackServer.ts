import { once } from 'node:events';
import type { Server } from 'node:http';

/** Lets a server listen on a free port of the loopback interface; resolves to its origin, `http://127.0.0.1:1234`. */
export async function listenOnLoopback(server: Server): Promise<string> {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('No port was given');

	return `http://127.0.0.1:${address.port}`;
}

/** Ends a server, open connections too; resolves when it has. */
export async function closeServer(server: Server): Promise<void> {
	server.closeAllConnections();
	server.close();
	await once(server, 'close');
}

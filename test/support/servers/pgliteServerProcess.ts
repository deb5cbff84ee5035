import { startPgliteServer } from './pgliteServer.ts';

/** `node test/support/servers/pgliteServerProcess.ts`: for a bench whose own process must stay free. Ends on SIGTERM. */
const server = await startPgliteServer();
process.stdout.write(`listens at ${server.url}\n`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
	process.once(signal, () => {
		server.stop().then(
			() => process.exit(0),
			() => process.exit(1),
		);
	});
}

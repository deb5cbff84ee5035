/**
 * `describe` for tests of a server that this machine may not have. Without it they are skipped, and a line says what
 * was left out.
 */
export function describeWith(server: string, isHere: boolean): jest.Describe {
	if (isHere) return describe;
	process.stderr.write(`left out: tests on ${server}, which is not installed here\n`);

	return describe.skip;
}

/** One server for all tests of the enclosing suite: started before the first, stopped after the last. */
export function suiteServer<Server extends { stop(): Promise<void> }>(
	start: () => Promise<Server>,
): () => Server {
	let started: Server | undefined;
	beforeAll(async () => {
		started = await start();
	});
	afterAll(() => started?.stop());

	return () => {
		if (!started) throw new Error('the server runs within tests only');
		return started;
	};
}

import { poll } from './poll.ts';
import type { StartedProcess } from './startProcess.ts';

interface ReadyOptions {
	name: string;
	url: string;
	timeoutMs: number;
}

/** Waits until a started process answers `url` with success; shows its log and stops it when it ends or takes too long. */
export async function waitUntilReady(
	started: StartedProcess,
	{ name, url, timeoutMs }: ReadyOptions,
): Promise<void> {
	try {
		const outcome = await poll({ what: `${name} to be ready`, timeoutMs }, async () => {
			if (started.hasEnded()) return 'ended';
			const answer = await fetch(url);
			return answer.ok ? 'ready' : undefined;
		});
		if (outcome === 'ended') throw new Error(`${name} ended before it was ready`);
	} catch (error) {
		process.stderr.write(started.log());
		await started.stop();
		throw error;
	}
}

import { buildBackground } from '../../../anomaly-service/src/background.ts';
import type { ServiceParts } from '../../../anomaly-service/src/build.ts';
import type { Received } from '../../../anomaly-service/src/ports/broadcast.ts';

it('a change another replica tells of ends no process when the database does not answer', async () => {
	const listeners: ((received: Received) => void)[] = [];
	const faults: string[] = [];
	const quiet = () => undefined;
	const load = () => Promise.reject(new Error('does not answer'));
	const ticker = buildBackground({
		broadcast: {
			self: 'me',
			onGap: quiet,
			listen: (on: (typeof listeners)[number]) => listeners.push(on),
		},
		config: { scoreIntervalMs: 60_000 },
		keys: { load },
		limitBook: { load },
		priceDesk: { load },
		baselines: { load },
		clock: { now: () => 0 },
		log: {
			debug: quiet,
			info: quiet,
			warn: quiet,
			error: (_: object, what: string) => faults.push(what),
		},
		queueWorkers: {},
	} as unknown as ServiceParts);
	const unhandled: unknown[] = [];
	const note = (error: unknown) => unhandled.push(error);
	process.on('unhandledRejection', note);
	const kinds = ['keysChanged', 'limitsChanged', 'pricesChanged', 'baselinesChanged'] as const;
	for (const kind of kinds) {
		for (const tell of listeners) tell({ from: 'other', message: { kind } });
	}
	await new Promise((resolve) => setImmediate(resolve));
	process.off('unhandledRejection', note);
	await ticker.stop();

	expect(unhandled).toEqual([]);
	expect(faults).toHaveLength(4);
});

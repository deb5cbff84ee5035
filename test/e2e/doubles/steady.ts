import { freePort } from '../harness/freePort.ts';
import { poll } from '../harness/poll.ts';
import { startProcess } from '../harness/startProcess.ts';
import { doubleFile } from './loadDouble.ts';
import { ask, type Answer, type RecordedRequest } from './recordingProxy.ts';

export interface Steady {
	baseUrl: string;
	/** What steady makes up for a request that fits the file; 4xx with the reason for one that does not. */
	answer: (request: RecordedRequest, path: string) => Promise<Answer>;
	stop: () => Promise<void>;
}

interface SteadyOptions {
	/** Names its log. */
	name: string;
	/** The OpenAPI file. */
	file: string;
	folder: string;
	/** A GET path of the file, which answers once steady has read it. */
	probe: string;
	flags?: string[];
}

/** steady serves an OpenAPI file: it validates every request against it and generates the answers, without memory. */
export async function startSteady(options: SteadyOptions): Promise<Steady> {
	const { name, file, folder, probe, flags = [] } = options;
	const port = await freePort();
	const baseUrl = `http://127.0.0.1:${port}`;
	const process = startProcess({
		name,
		args: [
			doubleFile('@stdy/cli/steady.js'),
			...['--host', '127.0.0.1', '--port', String(port), '--generator-seed=1'],
			...[...flags, file],
		],
		env: {},
		folder,
	});
	await poll({ what: `the double ${name}` }, () => fetch(baseUrl + probe));

	return {
		baseUrl,
		answer: (request, path) => ask(baseUrl, { ...request, path }),
		stop: () => process.stop(),
	};
}

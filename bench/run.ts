import { parseArgs } from 'node:util';
import { exitWithError } from '../anomaly-service/src/exitWithError.ts';
import { containment } from './containment.ts';
import { detection } from './detection.ts';
import { estimates } from './estimates.ts';
import type { Figure } from './figure.ts';
import { ingest } from './ingest.ts';
import { overshoot } from './overshoot.ts';
import { pricing } from './pricing.ts';
import { queue } from './queue.ts';
import { reserve } from './reserve.ts';
import { scoring } from './scoring.ts';
import { timeToAlert } from './timeToAlert.ts';
import { UsageError } from './usageError.ts';

/**
 * Every benchmark by its name on the command line: `npm run bench -- time-to-alert --json`. With
 * `--at-least FIGURE=VALUE` the exit code is 1 when the figure is less, or was not measured.
 */
const BENCHES: Record<string, () => Promise<Figure[]>> = {
	containment,
	detection: () => detection(values),
	estimates,
	ingest,
	// The others do without LangChain and n8n.
	'node-overhead': async () => {
		await import('./n8nAsCommonJs.ts');
		return (await import('./nodeOverhead.ts')).nodeOverhead();
	},
	overshoot,
	pricing,
	queue: () => queue(),
	reserve,
	scoring,
	'time-to-alert': timeToAlert,
};

const USAGE = `Usage: npm run bench -- NAME [--json] [--at-least FIGURE=VALUE], NAME one of ${Object.keys(BENCHES).join(', ')}
detection also takes --clients, --seeds, --dimensions and --set: bench/detection/README.md
`;

const { values, positionals } = commandLine();
if (values.help) {
	process.stdout.write(USAGE);
	process.exit();
}
const [name = ''] = positionals;
const bench = BENCHES[name];
if (!bench) {
	process.stderr.write(USAGE);
	process.exit(1);
}

const figures = await bench().catch((error: unknown) => {
	if (!(error instanceof UsageError)) throw error;
	process.stderr.write(`${name}: ${error.message}\n`);
	process.exit(1);
});
for (const { figure, value, unit } of figures) {
	const line = values.json
		? JSON.stringify({ bench: name, figure, value, unit })
		: `${figure.padEnd(28)} ${value} ${unit}`;
	process.stdout.write(`${line}\n`);
}
for (const wanted of values['at-least']) {
	const [figure = '', least] = wanted.split('=');
	const { value = NaN } = figures.find((measured) => measured.figure === figure) ?? {};
	if (value >= Number(least)) continue;
	process.stderr.write(`${name}: ${figure} is ${value}, less than ${least ?? '?'}\n`);
	process.exitCode = 1;
}

function commandLine() {
	try {
		return parseArgs({
			allowPositionals: true,
			options: {
				help: { type: 'boolean', default: false },
				json: { type: 'boolean', default: false },
				'at-least': { type: 'string', multiple: true, default: [] },
				// Of `detection` (detection/README.md).
				clients: { type: 'string' },
				seeds: { type: 'string' },
				dimensions: { type: 'string' },
				set: { type: 'string' },
			},
		});
	} catch (error) {
		return exitWithError(error, `\n${USAGE}`);
	}
}

import { parseArgs } from 'node:util';
import { estimates } from './estimates.ts';
import type { Figure } from './figure.ts';
import { overshoot } from './overshoot.ts';
import { queue } from './queue.ts';
import { reserve } from './reserve.ts';
import { timeToAlert } from './timeToAlert.ts';

/** Every benchmark by its name on the command line: `npm run bench -- time-to-alert --json`. */
const BENCHES: Record<string, () => Promise<Figure[]>> = {
	estimates,
	// The others do without LangChain and n8n.
	'node-overhead': async () => {
		await import('./n8nAsCommonJs.ts');
		return (await import('./nodeOverhead.ts')).nodeOverhead();
	},
	overshoot,
	queue: () => queue(),
	reserve,
	'time-to-alert': timeToAlert,
};

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { json: { type: 'boolean', default: false } },
});
const [name = ''] = positionals;
const bench = BENCHES[name];
if (!bench) {
	process.stderr.write(
		`Usage: npm run bench -- NAME [--json], NAME one of ${Object.keys(BENCHES).join(', ')}\n`,
	);
	process.exit(1);
}

for (const { figure, value, unit } of await bench()) {
	const line = values.json
		? JSON.stringify({ bench: name, figure, value, unit })
		: `${figure.padEnd(28)} ${value} ${unit}`;
	process.stdout.write(`${line}\n`);
}

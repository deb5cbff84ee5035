import { scoreAll } from './detection/allTenants.ts';
import { clientsOf, readClients, type Client } from './detection/clients.ts';
import { figuresOf } from './detection/figures.ts';
import { measure } from './detection/measure.ts';
import { readOptions, type DetectionOptions, type GivenOptions } from './detection/options.ts';
import { poisonFigures, POISONS, poisonPlans } from './detection/poison.ts';
import { tablesOf } from './detection/tables.ts';
import { plansOf } from './detection/tenant.ts';
import type { Figure } from './figure.ts';
import { UsageError } from './usageError.ts';

/**
 * How much of what goes wrong is found, how fast, and how often somebody is called for nothing: the product's own
 * features, baselines, SQL scoring and limits beside the detectors a user would pick instead, on tenants made from
 * real traces with incidents in them. See detection/README.md. Throws when an option or the file of clients is wrong.
 */
export async function detection(
	given: GivenOptions & { json?: boolean | undefined },
): Promise<Figure[]> {
	const options = readOptions(given);
	if (options.clients === undefined) {
		process.stderr.write('skipped: no file of clients; name one with --clients FILE\n');
		return [];
	}
	const clients = clientsOf(options.set, readClients(options.clients));
	if (clients.length === 0)
		throw new UsageError(`${options.clients}: no client of the set ${options.set}`);

	const measured = measure(await scoreTenants(clients, options));
	if (given.json !== true) process.stdout.write(tablesOf(measured));

	return [...figuresOf(measured), ...(await poisoned(clients, options))];
}

function scoreTenants(clients: readonly Client[], { seeds, set, dimensions }: DetectionOptions) {
	const plans = seeds.flatMap((seed) => plansOf({ seed: `${set}${seed}`, clients, dimensions }));

	return scoreAll(plans, { peers: true, progress: progressOf('tenants', plans.length) });
}

async function poisoned(clients: readonly Client[], { dimensions }: DetectionOptions) {
	const plans = POISONS.flatMap((poison) => poisonPlans(poison, clients, dimensions));
	const progress = progressOf('tenants with the same incident on four days', plans.length);

	return poisonFigures(await scoreAll(plans, { peers: false, progress }));
}

/** To stderr, so that the figures stay alone on stdout; in place where a person looks on. */
function progressOf(what: string, all: number): (done: number) => void {
	return (done) => {
		if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${all} ${what}`);
		if (done === all) process.stderr.write(`\r${all} ${what}\n`);
	};
}

import { DAY, DAYS } from './calendar.ts';
import type { Incident } from './incidents/index.ts';
import { indexAt, type Added } from './incidents/scene.ts';
import type { Random } from './random.ts';
import type { Request } from './request.ts';

/** A workflow that sends requests: how often, and how many in one execution of it. */
type Caller = { name: string; weight: number; callsPerExecution: number };

/** Who sends a tenant's requests. It has a random source of its own: requests stay what they are without it. */
export type Identity = {
	random: Random;
	/** Each stream's workflows as of the end. */
	callers: Caller[][];
	/** Every workflow that ever was. */
	known: Map<string, Caller>;
	nextExecution: () => string;
};

/** Minutes in which somebody tests a new workflow. */
const TEST_MINUTES = 20;
const CALLS_PER_TEST = 2;

/**
 * Gives ordinary requests callers, keys and executions. Each stream has its key and one to three workflows of its own.
 * About once a day somebody tests a new one, and about once a week one is deployed or renamed.
 */
export function identifyOrdinary(
	requests: readonly Request[],
	streams: number,
	random: Random,
): Identity {
	const identity = openIdentity(streams, random);
	const deployments = happenings(random, 1 / 7);
	const running = new Map<string, { execution: string; left: number }>();
	for (const request of requests) {
		while ((deployments[0] ?? Infinity) <= request.time) {
			deployments.shift();
			deploy(identity);
		}
		const caller = callerOf(identity, request.endpoint);
		identify(request, identity, caller, running);
	}
	for (const time of happenings(random, 1)) testWorkflow(requests, time, identity);
	return identity;
}

/** Gives the requests of incidents and campaigns theirs. */
export function identifyAdded(
	{
		added,
		incidents,
		top,
	}: { added: readonly Added[]; incidents: readonly Incident[]; top: number },
	identity: Identity,
): void {
	for (const [index, incident] of [undefined, ...incidents].entries()) {
		const ofIncident = added.filter(({ request }) => request.incident === index - 1);
		if (incident === undefined) repeated(ofIncident, identity);
		else if (isLoop(incident)) looped(ofIncident, identity, top);
		else if (incident.kind === 'retry_storm') retried(ofIncident);
		else if (isForeign(incident)) foreign(ofIncident, identity, top);
		else repeated(ofIncident, identity);
	}
}

function isLoop({ kind }: Incident): boolean {
	return kind === 'output_loop' || kind === 'agent_loop';
}

function isForeign({ kind, strength }: Incident): boolean {
	return kind === 'stolen_key' || strength === 'foreign';
}

/** One workflow of the dearest stream; all that a worker calls is one execution. */
function looped(added: readonly Added[], identity: Identity, top: number): void {
	const caller = callerOf(identity, top);
	const executions = new Map<number, string>();
	for (const { request, worker } of added) {
		const execution = executions.get(worker) ?? identity.nextExecution();
		executions.set(worker, execution);
		Object.assign(request, { caller: caller.name, keyId: keyOf(top), execution });
	}
}

/** A retry belongs to the execution of the call that failed. */
function retried(added: readonly Added[]): void {
	for (const { request, source } of added) {
		if (!source) continue;
		const { caller, keyId, execution } = source;
		Object.assign(request, { caller, keyId, execution });
	}
}

/** As the request that is repeated, in new executions of the usual size. */
function repeated(added: readonly Added[], identity: Identity): void {
	const running = new Map<string, { execution: string; left: number }>();
	for (const { request, source } of added) {
		const caller = identity.known.get(source?.caller ?? '');
		if (caller) identify(request, identity, caller, running);
	}
}

/** With the tenant's key: 60 % from outside n8n, 20 % in a workflow never seen, 20 % as one of the stream's own. */
function foreign(added: readonly Added[], identity: Identity, top: number): void {
	const { random } = identity;
	const dice = random.uniform();
	const own = callerOf(identity, top);
	const hidden = dice < 0.8 ? newCaller(identity, `wf${top}-x`) : own;
	const running = new Map<string, { execution: string; left: number }>();
	for (const { request } of added) {
		if (dice < 0.6) request.keyId = keyOf(top);
		else identify(request, identity, hidden, running);
	}
}

function openIdentity(streams: number, random: Random): Identity {
	let executions = 0;
	const nextExecution = () => `e${(executions += 1)}`;
	const identity: Identity = { random, callers: [], known: new Map(), nextExecution };
	for (let stream = 0; stream < streams; stream++) {
		const own: Caller[] = [];
		for (let more = 1 + random.int(3); more > 0; more--) {
			own.push(newCaller(identity, `wf${stream}`));
		}
		identity.callers.push(own);
	}
	return identity;
}

/** 60 % of the workflows call a model once to three times an execution, 30 % three to 15 times, 10 % in batches of 20 to 100. */
function newCaller({ random, known }: Identity, prefix: string): Caller {
	const dice = random.uniform();
	const [fewest, most] = dice < 0.6 ? [1, 3] : dice < 0.9 ? [3, 15] : [20, 100];
	const caller = {
		name: `n8n|${prefix}-${known.size + 1}|Model`,
		weight: random.range(0.2, 1),
		callsPerExecution: random.logRange(fewest, most),
	};
	known.set(caller.name, caller);
	return caller;
}

function callerOf({ random, callers }: Identity, stream: number): Caller {
	const own = callers[stream] ?? [];
	let left = random.uniform() * own.reduce((sum, caller) => sum + caller.weight, 0);

	return own.find((caller) => (left -= caller.weight) <= 0) ?? random.pick(own);
}

/** Consecutive requests of a workflow are grouped to executions, whose lengths are geometric. */
function identify(
	request: Request,
	{ random, nextExecution }: Identity,
	{ name, callsPerExecution }: Caller,
	running: Map<string, { execution: string; left: number }>,
): void {
	let current = running.get(name);
	if (!current || current.left <= 0) {
		current = { execution: nextExecution(), left: geometric(random, callsPerExecution) };
		running.set(name, current);
	}
	current.left -= 1;
	request.caller = name;
	request.keyId = keyOf(request.endpoint);
	request.execution = current.execution;
}

/** From now on 10-50 % of a stream's requests come from a new workflow; every third time one is only renamed. */
function deploy(identity: Identity): void {
	const { random, callers } = identity;
	const stream = random.int(callers.length);
	const own = callers[stream] ?? [];
	const deployed = newCaller(identity, `wf${stream}`);
	if (random.uniform() < 0.3) {
		const renamed = random.int(own.length);
		deployed.weight = own[renamed]?.weight ?? deployed.weight;
		deployed.callsPerExecution = own[renamed]?.callsPerExecution ?? deployed.callsPerExecution;
		own.splice(renamed, 1, deployed);
	} else {
		const share = random.range(0.1, 0.5);
		const others = own.reduce((sum, caller) => sum + caller.weight, 0);
		deployed.weight = (others * share) / (1 - share);
		own.push(deployed);
	}
}

/** Three to 15 of the tenant's requests come from a workflow never seen before. */
function testWorkflow(requests: readonly Request[], time: number, identity: Identity): void {
	const { random } = identity;
	const first = indexAt(requests, time);
	const last = indexAt(requests, time + TEST_MINUTES * 60);
	const chosen = random.shuffle(requests.slice(first, last)).slice(0, 3 + random.int(13));
	const tester = newCaller(identity, 'test');
	tester.callsPerExecution = CALLS_PER_TEST;
	const running = new Map<string, { execution: string; left: number }>();
	for (const request of chosen.sort((a, b) => a.time - b.time)) {
		identify(request, identity, tester, running);
	}
}

/** Seconds at which something happens `perDay` times a day, at random. */
function happenings(random: Random, perDay: number): number[] {
	const times: number[] = [];
	const gap = () => (random.exponential() * DAY * 60) / perDay;
	for (let time = gap(); time < DAYS * DAY * 60; time += gap()) times.push(time);
	return times;
}

/** Mean `mean`, at least 1. */
function geometric(random: Random, mean: number): number {
	if (mean <= 1) return 1;

	return 1 + Math.floor(Math.log(1 - random.uniform()) / Math.log(1 - 1 / mean));
}

function keyOf(stream: number): string {
	return `key-${stream}`;
}

import { sleep } from 'n8n-workflow';
import type { Service } from '../shared/service.ts';
import type { Question } from './askGate.ts';
import type { ParkedCall } from './parked.ts';
import { lookAt, type Standing } from './waitingCall.ts';

export type QueuedCall = { question: Question; queueId: string };

export type Standings = ReadonlyMap<string, Standing>;

/**
 * May the execution go on? `notYet`: another message will come. `unsure`: this one has to come again.
 */
export type Readiness =
	| { outcome: 'ready'; standings: Standings }
	| { outcome: 'notYet' }
	| { outcome: 'unsure' };

/**
 * The service notes within milliseconds that a message arrived. Longer than a second would keep other messages to this n8n
 * from their turn; this one comes again.
 */
const NOTED_TRIES = 10;
const NOTED_EVERY_MS = 100;

/**
 * All calls have to be decided, and the message about each of them arrived: n8n answers 409 once the execution goes on,
 * which the service would take for a call nobody could be told of. Of several messages at a time the one about the last
 * call waits for the others.
 */
export async function readiness(
	service: Service,
	queued: readonly QueuedCall[],
	toldOf: string | undefined,
): Promise<Readiness> {
	const standings = await standingsOf(service, queued);
	if (!(standings instanceof Map)) return { outcome: standings };

	const ownPlace = queued.findIndex(({ queueId }) => queueId === toldOf);
	const untold = queued.filter(
		({ queueId }) => queueId !== toldOf && !isTold(standings.get(queueId)),
	);
	const last = untold.at(-1);
	if (last === undefined) return { outcome: 'ready', standings };
	if (queued.indexOf(last) > ownPlace) return { outcome: 'notYet' };

	const noted = await allNoted(service, untold);
	return noted ? { outcome: 'ready', standings } : { outcome: 'unsure' };
}

export function queuedCalls(calls: readonly ParkedCall[]): QueuedCall[] {
	return calls.flatMap((call) =>
		call.outcome === 'asked' && call.decision.decision === 'queue'
			? [{ question: call.question, queueId: call.decision.queueId }]
			: [],
	);
}

async function standingsOf(
	service: Service,
	queued: readonly QueuedCall[],
): Promise<Map<string, Standing> | 'notYet' | 'unsure'> {
	const found = new Map<string, Standing>();
	// The last one in line is usually the last one decided, so most messages cost one look.
	for (const { question, queueId } of [...queued].reverse()) {
		const standing = await lookAt(service, question, queueId);
		if (standing.outcome === 'waiting') return 'notYet';
		if (standing.outcome === 'unknown') return 'unsure';

		found.set(queueId, standing);
	}
	return found;
}

async function allNoted(service: Service, untold: readonly QueuedCall[]): Promise<boolean> {
	const left = [...untold];
	for (let tries = 0; tries < NOTED_TRIES && left.length > 0; tries++) {
		await sleep(NOTED_EVERY_MS);
		const [next] = left;
		if (next && isTold(await lookAt(service, next.question, next.queueId))) left.shift();
	}
	return left.length === 0;
}

function isTold(standing: Standing | undefined): boolean {
	return standing?.outcome === 'decided' ? standing.isTold : standing?.outcome === 'lost';
}

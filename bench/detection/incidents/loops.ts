import { blank, type Request } from '../request.ts';
import { tierAt } from '../tiers.ts';
import { addExtra, type Scene } from './scene.ts';

/** Seconds between an answer and a worker's next call. */
const PAUSE = 0.5;
const MAX_WORKERS = 200;

const FIRST_CONTEXT = 2000;
const CONTEXT_PER_TURN = 1500;

/** Makes a worker's call of this turn. */
type Call = (turn: number) => Request;

/** Workers that ask again as soon as they have their answer, each nearly as long as the model can write. */
export function outputLoop(scene: Scene): void {
	const { random, top, own } = scene;
	const { maxOutput } = tierAt(top.tier);
	loop(scene, () => ({
		...blank(top),
		input: random.pick(own).input,
		output: Math.round(random.range(0.8, 1) * maxOutput),
	}));
}

/** Agents that never come to an end: each turn carries 1,500 tokens more, up to 60 % of the context, then anew. */
export function agentLoop(scene: Scene): void {
	const { random, top } = scene;
	const context = (turn: number) => FIRST_CONTEXT + CONTEXT_PER_TURN * turn;
	loop(scene, (turn) => ({
		...blank(top),
		input: context(turn),
		output: Math.round(random.range(100, 600)),
		cached: turn > 0 ? Math.floor(context(turn - 1) * 0.5) : 0,
	}));
}

/** As many workers as it takes to spend about 2 (weak) or 8 times (strong) the tenant's mean, at least one. */
function loop(scene: Scene, call: Call): void {
	const { random, maker, start, end, rates, strength, top } = scene;
	const limit = 0.6 * tierAt(top.tier).contextTokens;
	const turns = Math.floor((limit - FIRST_CONTEXT) / CONTEXT_PER_TURN);
	const wanted = (strength === 'strong' ? 8 : 2) * rates.meanCostMicroCents;
	const workers = Math.round(wanted / spendOfWorker(scene, call, turns));
	for (let worker = 0; worker < Math.min(MAX_WORKERS, Math.max(1, workers)); worker++) {
		let time = start * 60 + random.range(0, 20);
		for (let turn = 0; time < end * 60; turn = (turn + 1) % turns) {
			const request = call(turn);
			request.time = time;
			addExtra(scene, maker.finish(request), { worker });
			time += request.latencyMs / 1000 + PAUSE;
		}
	}
}

/** Micro-cents a minute, from 60 calls tried. */
function spendOfWorker({ maker, start }: Scene, call: Call, turns: number): number {
	let spend = 0;
	let seconds = 0;
	for (let tried = 0; tried < 60; tried++) {
		const request = call(tried % turns);
		request.time = start * 60;
		maker.finish(request);
		spend += request.costMicroCents;
		seconds += request.latencyMs / 1000 + PAUSE;
	}
	return (spend / seconds) * 60;
}

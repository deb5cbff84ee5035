import type { Request } from '../request.ts';
import { FRONTIER, tierAt } from '../tiers.ts';
import { addExtra, alter, untouched, type Scene } from './scene.ts';

/** Prompts grow: half of them to four times their length (weak), all to 50-90 % of the context (strong). */
export function contextStuffing(scene: Scene): void {
	const strong = scene.strength === 'strong';
	alter(scene, strong ? 1 : 0.5, (request) => {
		const { contextTokens } = tierAt(request.tier);
		request.input = Math.round(
			strong
				? scene.random.range(0.5, 0.9) * contextTokens
				: Math.min(0.9 * contextTokens, request.input * 4),
		);
		scene.maker.finish(request);
	});
}

/** A quarter (weak) or 90 % (strong) of the requests go to the dearest model; volume stays. */
export function modelSwitch(scene: Scene): void {
	alter(scene, scene.strength === 'strong' ? 0.9 : 0.25, (request) => {
		request.tier = FRONTIER;
		scene.maker.finish(request);
	});
}

/** Answers take 2.5 or 6 times as long; costs nothing. */
export function latency(scene: Scene): void {
	const factor = scene.strength === 'strong' ? 6 : 2.5;
	alter(scene, 1, (request) => {
		request.latencyMs *= factor;
	});
}

/** 30 % of the calls fail and are retried twice (weak), or 80 % five times (strong), after 1, 2, 4, … seconds. */
export function retryStorm(scene: Scene): void {
	const { random, maker, requests, start, end, index, strength } = scene;
	const strong = strength === 'strong';
	const failing = strong ? 0.8 : 0.3;
	for (const request of untouched(requests, start, end)) {
		if (random.uniform() >= failing) continue;
		const before = request.costMicroCents;
		request.status = 500;
		request.output = 0;
		maker.finish(request).costMicroCents = inputCost(request);
		request.extraMicroCents = Math.max(0, request.costMicroCents - before);
		request.incident = index;
		let time = request.time;
		for (let retry = 0; retry < (strong ? 5 : 2); retry++) {
			time += 2 ** retry;
			const again = maker.copy(request);
			again.time = time;
			maker.finish(again);
			const failed = random.uniform() < failing;
			if (failed) fail(again, random.uniform() < 0.5 ? 429 : 500);
			addExtra(scene, again, { source: request });
			if (!failed) break;
		}
	}
}

function fail(request: Request, status: number): void {
	request.status = status;
	request.output = 0;
	request.costMicroCents = status === 429 ? 0 : inputCost(request);
}

/** What a failed call costs: its input, nothing cached. */
function inputCost({ input, tier }: Request): number {
	return input * tierAt(tier).input;
}

import { send, sendOwn, type Scene } from './scene.ts';

/** The tenant's own requests at 3, 4, 10 or 40 times what is going on. 3x is a grey zone: a campaign may do that. */
export function spike(scene: Scene): void {
	sendOwn(scene, (Number.parseInt(scene.strength) - 1) * scene.rates.around(scene.start));
}

/** The tenant's own requests in hours in which it sends next to nothing, at 0.5 or 1 times its mean rate. */
export function offHours(scene: Scene): void {
	sendOwn(scene, (scene.strength === 'strong' ? 1 : 0.5) * scene.rates.mean);
}

/** A little more for eight hours: 0.5 or 1 times the mean rate of its own requests, or 0.5 times of somebody else's. */
export function drip(scene: Scene): void {
	if (scene.strength === 'foreign') sendForeign(scene, 0.5 * scene.rates.mean);
	else sendOwn(scene, (Number.parseFloat(scene.strength) - 1) * scene.rates.mean);
}

/** Another client's requests at the dearest endpoint, at 0.5 or 2 times the tenant's mean rate. */
export function stolenKey(scene: Scene): void {
	sendForeign(scene, (scene.strength === 'strong' ? 2 : 0.5) * scene.rates.mean);
}

/** One and the same request over and over, nearly all of it cached, at 1 or 3 times what is going on. */
export function replay(scene: Scene): void {
	const source = scene.random.pick(scene.own);
	const one = scene.maker.copy(source);
	one.cached = Math.floor(one.input * 0.95);
	const rate = (scene.strength === 'strong' ? 3 : 1) * scene.rates.around(scene.start);
	send(scene, rate, () => ({ request: { ...one }, source }));
}

function sendForeign(scene: Scene, rate: number): void {
	const { random, client, pool, top, maker } = scene;
	const thief = random.pick(pool.filter((other) => other !== client));
	const slot = random.int(56);
	send(scene, rate, () => ({ request: maker.draw(thief, { slot, ...top }), source: undefined }));
}

import type { Broadcast, Received } from '../../../anomaly-service/src/ports/broadcast.ts';
import { Peers } from '../../../anomaly-service/src/stages/peers.ts';

/** A line between replicas that brings every message to all others, in order. */
class Line {
	readonly #ears: { self: string; hear: (received: Received) => void }[] = [];
	readonly said: string[] = [];

	join(self: string): Broadcast {
		return {
			self,
			publish: async (message) => {
				this.said.push(`${self}: ${message.kind}`);
				for (const ear of this.#ears) if (ear.self !== self) ear.hear({ from: self, message });
			},
			listen: (hear) => this.#ears.push({ self, hear }),
			onGap: () => undefined,
			close: async () => undefined,
		};
	}
}

it('a replica that starts knows the others at once, and asks them for what they hold', async () => {
	const line = new Line();
	const clock = { now: () => 0 };
	const old = line.join('old');
	new Peers({ broadcast: old, clock });
	old.listen(({ message }) => {
		if (message.kind === 'plant') void old.publish({ kind: 'planted', token: message.token });
	});
	const fresh = new Peers({ broadcast: line.join('fresh'), clock });

	await fresh.sayAlive();
	await fresh.askToPlant({ kind: 'shared' }, 'token');

	expect(line.said.slice(-2)).toEqual(['fresh: plant', 'old: planted']);
	expect(line.said.filter((said) => said.endsWith('alive')).length).toBeLessThan(4);
});

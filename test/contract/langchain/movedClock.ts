import type { Clock } from '../../../nodes/FuseModel/clock.ts';

/** A clock that stands still until a test moves it. */
export class MovedClock implements Clock {
	private time = Date.parse('2026-11-21T12:00:00Z');
	private sleepers: Array<{ until: number; wake: () => void }> = [];

	now(): number {
		return this.time;
	}

	async sleep(ms: number): Promise<void> {
		await new Promise<void>((wake) => this.sleepers.push({ until: this.time + ms, wake }));
	}

	/** Steps through everything that is due, letting requests on loopback come back in between. */
	async move(ms: number): Promise<void> {
		const end = this.time + ms;
		for (;;) {
			await settle();
			const next = Math.min(...this.sleepers.map(({ until }) => until));
			if (next > end) break;
			this.time = Math.max(this.time, next);
			const due = this.sleepers.filter(({ until }) => until <= this.time);
			this.sleepers = this.sleepers.filter(({ until }) => until > this.time);
			for (const { wake } of due) wake();
		}
		this.time = end;
		await settle();
	}
}

/** A request within this process and its answer take a few turns of the event loop. */
async function settle(): Promise<void> {
	for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}

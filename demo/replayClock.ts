import { systemClock, type Clock } from '../anomaly-service/src/ports/clock.ts';

/** The system's clock until it is told to replay: then time starts at `from` and runs `speed` times as fast. */
export class ReplayClock implements Clock {
	#replay: { from: number; speed: number; startedAt: number } | undefined;

	start(from: number, speed: number): void {
		this.#replay = { from, speed, startedAt: performance.now() };
	}

	/** Back to the present. */
	stop(): void {
		this.#replay = undefined;
	}

	now(): number {
		if (!this.#replay) return systemClock.now();
		const { from, speed, startedAt } = this.#replay;

		return Math.floor(from + (performance.now() - startedAt) * speed);
	}

	/** Resolves when the clock shows `time`; at once when it already does. */
	async reach(time: number): Promise<void> {
		while (this.#replay && this.now() < time) {
			const leftMs = (time - this.now()) / this.#replay.speed;
			await new Promise((resolve) => setTimeout(resolve, Math.max(1, leftMs)));
		}
	}
}

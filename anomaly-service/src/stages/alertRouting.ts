import type { AlertRoute } from '../../../core/alerting/routing.ts';
import { iso } from '../../../core/utc.ts';
import type { Database } from '../ports/database.ts';

/** Where operators want people to be told, in memory; it is needed while a breaker opens. */
export class AlertRouting {
	readonly #database: Database;
	readonly #changed: () => void;
	#routes: readonly AlertRoute[] | null = null;

	/** `changed` tells the other replicas. */
	constructor({ database, changed }: { database: Database; changed: () => void }) {
		this.#database = database;
		this.#changed = changed;
	}

	/** In order, the first that fits counts; null: nobody said anything else than the service would. */
	get routes(): readonly AlertRoute[] | null {
		return this.#routes;
	}

	async load(): Promise<void> {
		this.#routes = (await this.#database.call('load_alert_routing', {})).routes;
	}

	/** Replaces them; null: as the service would by itself. It holds here when this resolves. */
	async put(
		routes: readonly AlertRoute[] | null,
		{ actor, now }: { actor: string; now: number },
	): Promise<{ changed: boolean }> {
		const result = await this.#database.call('put_alert_routing', { routes, actor, now: iso(now) });
		await this.load();
		if (result.changed) this.#changed();
		return result;
	}
}

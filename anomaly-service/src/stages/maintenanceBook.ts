import { DAY_MS } from '../../../core/durations.ts';
import type { Database } from '../ports/database.ts';
import type { MaintenanceWindow } from '../ports/scoringFunctions.ts';

type Span = Pick<MaintenanceWindow, 'id' | 'note'> & { from: number; to: number };

/** What was under way a day ago may still be looked at: usage comes late. */
const KEPT_MS = DAY_MS;
/** More than all tenants have at a time, unless somebody makes them by the thousand: then the earliest hold. */
const MOST = 10_000;

/** Times of expected change of all tenants, in memory: detectors ask at every recorded batch. */
export class MaintenanceBook {
	readonly #database: Database;
	readonly #changed: () => void;
	#byTenant = new Map<string, Span[]>();

	/** `changed` tells the other replicas. */
	constructor({ database, changed }: { database: Database; changed: () => void }) {
		this.#database = database;
		this.#changed = changed;
	}

	/** The window a tenant is in at a moment (epoch ms); its end is not within. */
	at(tenantId: string, moment: number): Span | undefined {
		return this.#byTenant.get(tenantId)?.find(({ from, to }) => from <= moment && moment < to);
	}

	async load(now: number): Promise<void> {
		const windows = await this.#database.call('list_maintenance_windows', {
			...{ tenantId: null, id: null, limit: MOST },
			since: new Date(now - KEPT_MS).toISOString(),
		});
		const byTenant = new Map<string, Span[]>();
		for (const { tenantId, id, note, fromAt, toAt } of windows) {
			const ofTenant = byTenant.get(tenantId) ?? [];
			ofTenant.push({ id, note, from: Date.parse(fromAt), to: Date.parse(toAt) });
			byTenant.set(tenantId, ofTenant);
		}
		this.#byTenant = byTenant;
	}

	/** Makes a window or, with `replace`, changes the one of that id. It holds here when this resolves. */
	async put(window: MaintenanceWindow, by: { replace: boolean; actor: string; now: number }) {
		const { replace, actor, now } = by;
		const { outcome } = await this.#database.call('put_maintenance_window', {
			...{ window, replace, actor, now: new Date(now).toISOString() },
		});
		await this.#reread(now);
		return outcome;
	}

	async remove(tenantId: string, id: string, by: { actor: string; now: number }): Promise<boolean> {
		const { actor, now } = by;
		const { deleted } = await this.#database.call('delete_maintenance_window', {
			...{ tenantId, id, actor, now: new Date(now).toISOString() },
		});
		await this.#reread(now);
		return deleted;
	}

	async #reread(now: number): Promise<void> {
		await this.load(now);
		this.#changed();
	}
}

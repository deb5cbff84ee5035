import { iso } from '../../../core/utc.ts';
import type { AlertFunctions } from '../ports/alertFunctions.ts';
import type { Database } from '../ports/database.ts';

export type AcknowledgeBy = {
	actor: string;
	/** How people call who it is; left out: the actor. */
	name?: string | undefined;
	now: number;
	/** Only of this tenant; null: of any. */
	tenantId: string | null;
};

export type Acknowledged = AlertFunctions['acknowledge_alert']['result'];

/** Who takes care of what: of alerts and, by their own ids, of incidents. */
export class AlertStates {
	readonly #deps: { database: Database; outboxChanged: () => void; changed: () => Promise<void> };

	/** `changed`: an alert is another one now, replicas have to read it. */
	constructor(deps: {
		database: Database;
		outboxChanged: () => void;
		changed: () => Promise<void>;
	}) {
		this.#deps = deps;
	}

	/** Who was told that it fires is told who takes care of it; it is not told again until it gets more severe. */
	async acknowledge(subjectId: string, by: AcknowledgeBy): Promise<Acknowledged> {
		const { actor, name = actor, now, tenantId } = by;
		const { database, outboxChanged, changed } = this.#deps;
		const result = await database.call('acknowledge_alert', {
			...{ id: subjectId, tenantId, actor, name, now: iso(now) },
		});
		if (result.outcome === 'acknowledged') {
			await changed();
			outboxChanged();
		}
		return result;
	}
}

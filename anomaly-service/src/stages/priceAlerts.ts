import { DAY_MS } from '../../../core/durations.ts';
import type { Log } from '../ports/log.ts';
import type { UsageRow } from '../ports/records.ts';
import type { ServiceAlerts } from './serviceAlerts.ts';

export type PriceAlertsDependencies = { alerts: Pick<ServiceAlerts, 'raise'>; log: Log };

/** Callers choose the names of models: whoever makes some up would flood the operators. */
const MAX_A_DAY = 20;
const MORE = 'more models';

/**
 * Tells operators of models that have no price, each once a day (UTC): what they cost is a guess until somebody sets it.
 * Of more than 20 a day it tells once that there are more.
 */
export class PriceAlerts {
	readonly #deps: PriceAlertsDependencies;
	#day = 0;
	readonly #told = new Set<string>();

	constructor(deps: PriceAlertsDependencies) {
		this.#deps = deps;
	}

	/** Never throws: usage is recorded whether or not anybody can be told. */
	async look(rows: readonly UsageRow[], now: number): Promise<void> {
		for (const row of rows) {
			if (row.cost_source === 'ceiling') await this.#look(row, now);
		}
	}

	async #look(row: UsageRow, now: number): Promise<void> {
		const { provider, model, line_items: lineItems } = row;
		const day = Math.floor(now / DAY_MS);
		if (day !== this.#day) this.#told.clear();
		this.#day = day;
		const part = `${provider}/${model}`;
		if (this.#told.has(part) || this.#told.size > MAX_A_DAY) return;

		const isOneTooMany = this.#told.size === MAX_A_DAY;
		this.#told.add(isOneTooMany ? MORE : part);
		const units = lineItems
			.filter(({ rateId }) => rateId.startsWith('ceiling/'))
			.map(({ unit }) => unit);
		await this.#raise(
			isOneTooMany
				? { part: MORE, evidence: { toldToday: MAX_A_DAY, provider, model, units } }
				: { part, evidence: { provider, model, units } },
			now,
		);
	}

	async #raise(
		{ part, evidence }: { part: string; evidence: Record<string, unknown> },
		now: number,
	): Promise<void> {
		const { alerts, log } = this.#deps;
		const since = Math.floor(now / DAY_MS) * DAY_MS;
		try {
			await alerts.raise(
				{ type: 'price.unknown', severity: 'warning', part, since, perPart: true, evidence },
				now,
			);
		} catch (error) {
			// Told with the next call instead.
			this.#told.delete(part);
			log.error({ err: error, part }, 'could not tell of a model without a price');
		}
	}
}

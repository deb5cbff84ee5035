import type { Call } from '../../../core/behaviour/minuteSums.ts';
import { TenantActivity } from './tenantActivity.ts';

type LastMinute = ReturnType<TenantActivity['lastMinute']>;

/** A tenant's activity in a replay: two detectors ask for the same minute, and there are 100,000 of them. */
export class ReplayedActivity extends TenantActivity {
	#known: { asOf: number; minute: LastMinute } | undefined;

	override observe(call: Call, now: number): void {
		this.#known = undefined;
		super.observe(call, now);
	}

	override forgive(at: number): void {
		this.#known = undefined;
		super.forgive(at);
	}

	override lastMinute(asOf: number): LastMinute {
		if (this.#known?.asOf !== asOf) this.#known = { asOf, minute: super.lastMinute(asOf) };

		return this.#known.minute;
	}
}

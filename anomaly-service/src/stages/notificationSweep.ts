import { alertText } from '../../../core/alert.ts';
import { COOLDOWN_MS, RENOTIFY_MS } from '../../../core/alerting/alertState.ts';
import { MINUTE_MS } from '../../../core/durations.ts';
import { usdToMicroCents } from '../../../core/money.ts';
import { iso } from '../../../core/utc.ts';
import type { Database } from '../ports/database.ts';
import type { NotificationFunctions } from '../ports/notificationFunctions.ts';
import type { AlertFunctions } from '../ports/alertFunctions.ts';
import type { AlertBook } from './alertBook.ts';
import type { ServiceAlerts } from './serviceAlerts.ts';
import { SERVICE_TENANT } from './serviceTenant.ts';

export type NotificationSweepDependencies = {
	book: Pick<AlertBook, 'observe'>;
	database: Database;
	serviceAlerts: Pick<ServiceAlerts, 'raise'>;
	outboxChanged: () => void;
};

/** Messages looked at in one statement; what is left has its turn at the next run. */
const AT_A_TIME = 500;
/** The alert about many tenants waits for most of them to be found. */
const SETTLE_MS = 10_000;
/** Dead messages of one channel within this time are one alert. */
const DEAD_WITHIN_MS = 15 * MINUTE_MS;

type Dead = NotificationFunctions['sweep_notifications']['result']['dead'];
type Grouped = AlertFunctions['grouped_alerts']['result'][number];

/** What time alone brings about: alerts end, are told again, and messages nobody reported on are handed out again. */
export class NotificationSweep {
	readonly #deps: NotificationSweepDependencies;

	constructor(deps: NotificationSweepDependencies) {
		this.#deps = deps;
	}

	async run(now: number): Promise<void> {
		const { database, outboxChanged } = this.#deps;
		const { resolved, repeated } = await database.call('sweep_alerts', {
			...{ now: iso(now), quietMs: COOLDOWN_MS, renotifyMs: RENOTIFY_MS },
		});
		const grouped = await database.call('grouped_alerts', { now: iso(now), settleMs: SETTLE_MS });
		for (const one of grouped) await this.#tellOfMany(one, now);
		const { handedOut, dead } = await database.call('sweep_notifications', {
			...{ now: iso(now), limit: AT_A_TIME },
		});
		if (dead.length > 0) await this.#tellOfDead(dead, now);
		if (resolved + repeated + handedOut > 0) outboxChanged();
	}

	/** A rule fired for so many tenants at once that the rest are one message. */
	async #tellOfMany(grouped: Grouped, now: number): Promise<void> {
		const { rule, severity, tenantCount, tenants, spendUsdPerMinute, endpoint } = grouped;
		await this.#deps.book.observe({
			...{ tenantId: SERVICE_TENANT, rule, part: 'tenants', severity, ends: 'quiet' },
			...{ strength: tenantCount, at: now },
			alertText: alertText({
				...{ severity, tenantId: SERVICE_TENANT, faultyEndpoint: endpoint, breakerFired: false },
				...{ spendPerMinute: usdToMicroCents(Number(spendUsdPerMinute)), at: now },
			}),
			evidence: async () => ({ tenantCount, tenants }),
		});
	}

	/** Through the other channels: this one is out of order. */
	async #tellOfDead(dead: Dead, now: number): Promise<void> {
		const { database, serviceAlerts } = this.#deps;
		const channels = new Set(dead.map(({ channel }) => channel));
		for (const channel of channels) {
			const ofChannel = dead.filter((one) => one.channel === channel);
			const [first] = ofChannel;
			await serviceAlerts.raise(
				{
					...{ type: 'notification.failed', severity: 'high', part: channel, perPart: true },
					...{ notThrough: channel, since: Math.floor(now / DEAD_WITHIN_MS) * DEAD_WITHIN_MS },
					evidence: {
						...{ channel, dead: ofChannel.length, error: first?.error ?? null },
						notificationIds: ofChannel.slice(0, 20).map(({ notificationId }) => notificationId),
					},
				},
				now,
			);
		}
		await database.call('dead_notifications_told', {
			ids: dead.map(({ notificationId }) => notificationId),
		});
	}
}

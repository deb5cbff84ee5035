import type { KnownAlert } from '../../../core/alerting/alertState.ts';
import type { Call } from '../../../core/behaviour/minuteSums.ts';
import type { Breaker } from '../../../core/breaker.ts';
import type { Partition } from './counters.ts';

/** What replicas tell each other. Nothing here has to arrive: each is read again from its store within seconds. */
export type BroadcastMessage =
	/** A replica lives; sent every second. */
	| { kind: 'alive' }
	| { kind: 'breaker'; tenantId: string; breaker: Breaker; at: number }
	| { kind: 'keysChanged' }
	/** Virtual keys of a tenant were issued, rotated, revoked or restored. */
	| { kind: 'virtualKeysChanged'; tenantId: string }
	| { kind: 'limitsChanged' }
	| { kind: 'policiesChanged' }
	| { kind: 'pricesChanged' }
	| { kind: 'baselinesChanged' }
	| { kind: 'maintenanceChanged' }
	| { kind: 'providerChanged'; message: unknown }
	/** Recorded calls, for detectors and estimates: every replica sees all of a tenant's behaviour. */
	| { kind: 'recorded'; calls: RecordedCall[] }
	/** People were told of a finding: nobody tells them again. */
	| { kind: 'alerted'; alert: KnownAlert }
	| { kind: 'alertsChanged' }
	| { kind: 'mutesChanged' }
	| { kind: 'alertRoutingChanged' }
	/** Counts are being seeded: whoever holds reservations of this partition plants them, then says so. */
	| { kind: 'plant'; partition: Partition; token: string }
	| { kind: 'planted'; token: string }
	/** A reservation that another replica may have made has ended. */
	| { kind: 'ended'; reservationIds: string[] };

/** A recorded call, as detectors and estimates look at it. */
export type RecordedCall = { tenantId: string; provider: string; estimated: boolean; call: Call };

export type Received = { from: string; message: BroadcastMessage };

/** Tells every other replica at once. A message is never heard by its own sender. */
export interface Broadcast {
	/** Name of this replica. */
	readonly self: string;
	/** Never throws and never waits long: while the line is down the message is lost. */
	publish(message: BroadcastMessage): Promise<void>;
	listen(handler: (received: Received) => void): void;
	/** Called when the line is back after a loss: what was said meanwhile was missed. */
	onGap(handler: () => void): void;
	close(): Promise<void>;
}

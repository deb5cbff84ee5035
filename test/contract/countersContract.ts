import { breakerContract } from './counters/breakerContract.ts';
import type { MakeCounters } from './counters/countersBench.ts';
import { leaseContract } from './counters/leaseContract.ts';
import { reserveContract } from './counters/reserveContract.ts';
import { seedContract } from './counters/seedContract.ts';

/** What every counter store guarantees. `make` opens an empty one that takes its time from the clock. */
export function countersContract(name: string, make: MakeCounters): void {
	reserveContract(name, make);
	leaseContract(name, make);
	breakerContract(name, make);
	seedContract(name, make);
}

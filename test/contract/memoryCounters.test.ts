import { MemoryCounters } from '../../anomaly-service/src/adapters/memory/memoryCounters.ts';
import { countersContract } from './countersContract.ts';

countersContract('memory', async (clock) => new MemoryCounters(clock));

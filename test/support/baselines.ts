import { fitLevels } from '../../core/behaviour/fitLevels.ts';
import { storeLevels, type StoredLevels } from '../../core/behaviour/levels.ts';

/** Levels of a tenant that did nothing, where a test is about something else. */
export function emptyLevels(): StoredLevels {
	const levels = fitLevels(new Map(), { to: 1440, firstMinute: 0, excluded: new Set() });

	return storeLevels(levels);
}

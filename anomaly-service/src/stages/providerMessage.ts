import { LIMIT_UNITS, type LimitUnit } from '../../../core/limits.ts';
import type { ProviderRate } from '../../../core/providerTiers/providerLimits.ts';
import { isRecord, listAt, textAt, type JsonRecord } from '../../../core/readers/reading.ts';
import { parseWindow, windowName, type Window } from '../../../core/windows.ts';
import type { StoredObservation, StoredOverride } from '../ports/providerFunctions.ts';
import type { SeenLimit } from './providerObservations.ts';

export type ProviderSettings = { tier: string; overrides: ProviderRate[] };

/** What replicas tell each other about a provider, as JSON. `settings` null: its tier was forgotten. */
export type ProviderMessage =
	| {
			kind: 'settings';
			provider: string;
			settings: { tier: string; overrides: StoredOverride[] } | null;
	  }
	| {
			kind: 'observation';
			provider: string;
			family: string;
			limits: StoredObservation[];
			throttledUntil: number | null;
	  };

/** Undefined when it is none: another version may say things this one does not know. */
export function parseProviderMessage(given: unknown): ProviderMessage | undefined {
	if (!isRecord(given)) return undefined;
	const provider = textAt(given, 'provider');
	if (provider === undefined) return undefined;
	if (given['kind'] === 'settings') return settingsMessage(provider, given['settings']);
	const family = textAt(given, 'family');
	if (given['kind'] !== 'observation' || family === undefined) return undefined;

	return {
		kind: 'observation',
		provider,
		family,
		limits: listAt(given, 'limits').flatMap(storedObservation),
		throttledUntil: numberAt(given, 'throttledUntil'),
	};
}

export function storeRate({ family, unit, window, capacity }: ProviderRate): StoredOverride {
	return { family, unit, window: windowName(window), capacity };
}

export function restoreRates(stored: readonly StoredOverride[]): ProviderRate[] {
	return stored.flatMap(({ family, capacity, ...counted }) => {
		const known = countedBy(counted);
		return known ? [{ family, ...known, capacity }] : [];
	});
}

export function storeSeen(seen: SeenLimit): StoredObservation {
	const { unit, window, limit = null, remaining = null, resetsAt = null, seenAt } = seen;

	return { unit, window: windowName(window), limit, remaining, resetsAt, seenAt };
}

export function restoreSeen(stored: readonly StoredObservation[]): SeenLimit[] {
	return stored.flatMap(({ limit, remaining, resetsAt, seenAt, ...counted }) => {
		const known = countedBy(counted);
		if (!known) return [];

		return [
			{
				...known,
				...(limit === null ? {} : { limit }),
				...(remaining === null ? {} : { remaining }),
				...(resetsAt === null ? {} : { resetsAt }),
				seenAt,
			},
		];
	});
}

function settingsMessage(provider: string, settings: unknown): ProviderMessage | undefined {
	if (settings === null) return { kind: 'settings', provider, settings };
	if (!isRecord(settings)) return undefined;
	const tier = textAt(settings, 'tier');
	if (tier === undefined) return undefined;
	const overrides = listAt(settings, 'overrides').flatMap(storedOverride);

	return { kind: 'settings', provider, settings: { tier, overrides } };
}

function storedOverride(given: unknown): StoredOverride[] {
	if (!isRecord(given)) return [];
	const { unit, window } = namesOf(given);
	const capacity = numberAt(given, 'capacity');
	if (capacity === null) return [];

	return [{ family: textAt(given, 'family') ?? null, unit, window, capacity }];
}

function storedObservation(given: unknown): StoredObservation[] {
	if (!isRecord(given)) return [];
	const seenAt = numberAt(given, 'seenAt');
	if (seenAt === null) return [];

	return [
		{
			...namesOf(given),
			limit: numberAt(given, 'limit'),
			remaining: numberAt(given, 'remaining'),
			resetsAt: numberAt(given, 'resetsAt'),
			seenAt,
		},
	];
}

function namesOf(given: JsonRecord): { unit: string; window: string } {
	return { unit: textAt(given, 'unit') ?? '', window: textAt(given, 'window') ?? '' };
}

function numberAt(record: JsonRecord, key: string): number | null {
	const value = record[key];

	return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function countedBy(names: {
	unit: string;
	window: string;
}): { unit: LimitUnit; window: Window } | undefined {
	const unit = LIMIT_UNITS.find((name) => name === names.unit);
	const window = parseWindow(names.window);

	return unit && window ? { unit, window } : undefined;
}

import type { ISupplyDataFunctions } from 'n8n-workflow';
import { recordAt, textAt, type JsonRecord } from '../../core/readers/reading.ts';
import { optionsParameter, textParameter, wholeNumber } from '../shared/parameters.ts';

/** The parameters of this node, for the first item: n8n gives sub-nodes no other. */
export type Settings = {
	tenantId: string;
	/** Key of the consumer's tracing metadata that names the tenant of an item. */
	tenantKey: string;
	maxWaitMs: number;
	retry: { maxAttempts: number; maxElapsedMs: number; initialDelayMs: number };
	leaseMs: number;
	timeoutMs: number;
	/** What happens to calls that nobody can be asked about. */
	whenUnavailable: 'failClosed' | 'reportLater';
	reportForMs: number;
	/** 0: no answer is kept. */
	cacheMs: number;
	maxOutputTokens: number | undefined;
	provider: string | undefined;
	endpoint: string | undefined;
	keyId: string | undefined;
};

/** How an option is called in the editor, and what it is when nobody set it. */
const DEFAULTS = {
	maxWaitSeconds: ['Max Wait for Room (Seconds)', 30],
	leaseSeconds: ['Lease (Seconds)', 120],
	timeoutMs: ['Timeout (Milliseconds)', 2_000],
	reportMinutes: ['Report Later For (Minutes)', 60],
	cacheMinutes: ['Response Cache (Minutes)', 0],
	maxOutputTokens: ['Max Output Tokens', 0],
	maxAttempts: ['Max Attempts', 3],
	maxElapsedSeconds: ['Max Time (Seconds)', 60],
	initialDelayMs: ['First Delay (Ms)', 1_000],
} as const;

/** What the service takes. Shorter ones would have to be renewed all the time. */
const LEASE_SECONDS = { min: 5, max: 3_600 };

/** A call that waits holds an execution slot and, often, a web request open. */
const MAX_WAIT_SECONDS = 60;

export function readSettings(context: ISupplyDataFunctions, itemIndex: number): Settings {
	const options = optionsParameter(context, 'options', itemIndex);
	const retry = recordAt(recordAt(options, 'retry'), 'policy');
	const number = (name: keyof typeof DEFAULTS, from: JsonRecord = options): number => {
		const [displayName, fallback] = DEFAULTS[name];
		return wholeNumber(context, displayName, from[name] ?? fallback, itemIndex);
	};

	return {
		tenantId: textParameter(context, 'tenantId', itemIndex),
		tenantKey: textAt(options, 'tenantKey') ?? 'tenant',
		maxWaitMs: Math.min(number('maxWaitSeconds'), MAX_WAIT_SECONDS) * 1_000,
		retry: {
			maxAttempts: Math.max(1, number('maxAttempts', retry)),
			maxElapsedMs: number('maxElapsedSeconds', retry) * 1_000,
			initialDelayMs: number('initialDelayMs', retry),
		},
		leaseMs: between(LEASE_SECONDS, number('leaseSeconds')) * 1_000,
		timeoutMs: number('timeoutMs'),
		whenUnavailable: options['whenUnavailable'] === 'reportLater' ? 'reportLater' : 'failClosed',
		reportForMs: number('reportMinutes') * 60_000,
		cacheMs: number('cacheMinutes') * 60_000,
		maxOutputTokens: number('maxOutputTokens') || undefined,
		provider: textAt(options, 'provider'),
		endpoint: textAt(options, 'endpoint'),
		keyId: textAt(options, 'keyId'),
	};
}

/** An expression can bring what the editor would not let in. */
function between({ min, max }: { min: number; max: number }, value: number): number {
	return Math.min(max, Math.max(min, value));
}

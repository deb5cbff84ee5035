import type { MicroCents } from '../../money.ts';
import { Counts } from '../counts.ts';
import { recordAt, textAt, type JsonRecord, type UsageReader } from '../reading.ts';
import { LAMBDA_GB_SECOND, LAMBDA_REQUEST_MICRO_CENTS } from './awsRates.ts';
import { billFacts, billedOnce } from './billedOnce.ts';

/**
 * How AWS Lambda reports an invocation: the REPORT line of its log (in `message`, as CloudWatch sends it, or in the
 * base64 `LogResult` of an invocation with a log tail), or the JSON event `platform.report`. Priced from the published
 * rates, on x86 unless `architecture` says `arm64`: the report does not name the processor, and x86 is the dearer one.
 */
export const awsLambdaReport: UsageReader = {
	name: 'awsLambdaReport',
	signs: ['type', 'message', 'LogResult'],

	matches: (body) => body['type'] === 'platform.report' || REPORT.test(logText(body)),

	read(body) {
		const { requestId, ...invocation } = reportOf(body);
		const facts = billFacts('aws', 'lambda', requestId);
		const counts = new Counts(invocation, '/record/metrics');
		const billedMs = counts.find('billedDurationMs');
		const memoryMb = counts.find('memorySizeMB');
		if (counts.errors.length > 0) return { outcome: 'inconsistent', facts, errors: counts.errors };
		if (billedMs === undefined || memoryMb === undefined) {
			const reason = 'The report names no billed duration or no memory size';
			return { outcome: 'missing', facts, answerText: '', reason };
		}
		const arm = body['architecture'] === 'arm64';

		return billedOnce(facts, invocationCost(billedMs, memoryMb, arm ? 'arm64' : 'x86_64'));
	},
};

const REPORT =
	/REPORT RequestId: ([\w-]{1,64})\s.*?Billed Duration: (\d{1,9}) ms\s+Memory Size: (\d{1,6}) MB/s;

type Invocation = {
	requestId: string | undefined;
	billedDurationMs: unknown;
	memorySizeMB: unknown;
};

function reportOf(body: JsonRecord): Invocation {
	const match = REPORT.exec(logText(body));
	if (match) {
		const [, requestId, billed, memory] = match;
		return { requestId, billedDurationMs: Number(billed), memorySizeMB: Number(memory) };
	}
	const record = recordAt(body, 'record');
	const { billedDurationMs, memorySizeMB } = recordAt(record, 'metrics');

	return { requestId: textAt(record, 'requestId'), billedDurationMs, memorySizeMB };
}

/** A log tail is at most 4 kB, twice that in base64 and more is none. */
const MAX_LOG_LENGTH = 8192;

function logText(body: JsonRecord): string {
	const message = textAt(body, 'message')?.slice(0, MAX_LOG_LENGTH) ?? '';
	const tail = textAt(body, 'LogResult') ?? '';
	if (tail === '' || tail.length > MAX_LOG_LENGTH || !/^[A-Za-z0-9+/]+={0,2}$/.test(tail)) {
		return message;
	}
	return Buffer.from(tail, 'base64').toString('utf8');
}

/** milliseconds × MB × rate, in exact arithmetic and rounded once, half up. */
function invocationCost(
	billedMs: number,
	memoryMb: number,
	architecture: keyof typeof LAMBDA_GB_SECOND,
): MicroCents {
	// 1,000 ms per second, 1,024 MB per GB, 100 × 10⁻¹⁰ USD per micro-cent.
	const divisor = 1000n * 1024n * 100n;
	const product = BigInt(billedMs) * BigInt(memoryMb) * LAMBDA_GB_SECOND[architecture];

	return Number((product + divisor / 2n) / divisor) + LAMBDA_REQUEST_MICRO_CENTS;
}

import type { MicroCents } from '../../money.ts';
import type { OtherUnits } from '../../otherUnits.ts';
import { NO_USAGE } from '../../usage.ts';
import type { RecognizedReading, ResponseFacts } from '../reading.ts';

/** One line of a bill: no tokens, a cost, and `kind` (`lambda`, `sms`) where a model would be. */
export function billedOnce(
	facts: ResponseFacts,
	cost: MicroCents,
	otherUnits?: OtherUnits,
): RecognizedReading {
	const calls = [{ model: facts.model, usage: { ...NO_USAGE } }] as const;

	return { outcome: 'read', facts, calls, costMicroCents: cost, otherUnits };
}

export function billFacts(
	provider: 'aws' | 'twilio',
	kind: string,
	lineId: string | undefined,
): ResponseFacts {
	return {
		provider,
		spokenByOthers: false,
		model: kind,
		endpoint: undefined,
		requestId: lineId,
	};
}

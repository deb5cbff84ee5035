import { z } from 'zod';
import type { Caller } from '../stages/serviceKeys.ts';
import { text } from './schemas/common.ts';

/** Who a caller acts for, where it speaks for people: a bot, a chat. */
export const onBehalfBody = z.strictObject({
	actor: text(200)
		.min(1)
		.optional()
		.meta({ description: 'Whom this is done for', examples: ['telegram:12345 Ada'] }),
});

/** Who the audit names: the key, and whom it says it acts for. */
export function onBehalf({ keyId }: Pick<Caller, 'keyId'>, actor: string | undefined): string {
	return actor === undefined ? keyId : `${keyId} for ${actor}`;
}

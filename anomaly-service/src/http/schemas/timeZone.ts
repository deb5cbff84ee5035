import { z } from 'zod';
import { isTimeZone } from '../../../../core/zonedTime.ts';

/** Whose days and months an answer has. */
export const timeZone = z
	.string()
	.refine(isTimeZone, { message: 'expected an IANA time zone such as Europe/Berlin' })
	.default('UTC')
	.meta({
		description: 'Of the days and months; UTC unless given',
		examples: ['Europe/Berlin'],
	});

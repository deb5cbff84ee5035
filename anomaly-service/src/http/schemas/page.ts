import { z } from 'zod';
import { anyId, text } from './common.ts';

const PAGE_MAX = 1000;
export const PAGE_DEFAULT = 100;

const limit = z.coerce.number().int().min(1).max(PAGE_MAX);

/** Lists that answer one page and where the next one begins. */
export const page = {
	limit: limit.default(PAGE_DEFAULT).meta({ description: 'The length of the page' }),
	cursor: text(400).optional().meta({ description: 'nextCursor of the page before' }),
};

/** Lists that answer an array. */
export const arrayPage = {
	limit: limit.optional().meta({ description: 'The length of the page' }),
	after: anyId.optional().meta({ description: 'The id of the last one of the page before' }),
};

export const search = text(200)
	.min(1)
	.optional()
	.meta({ description: 'Text in the id, whatever its case' });

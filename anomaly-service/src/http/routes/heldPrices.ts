import { z } from 'zod';
import type { Database } from '../../ports/database.ts';
import type { PriceDesk } from '../../stages/priceDesk.ts';
import { heldFields } from '../ratesBody.ts';
import { route, type Route } from '../route.ts';
import { decidedAnswer, heldAnswer, heldBody } from '../schemas/price.ts';
import { requireUnbound } from '../tenantScope.ts';

type HeldDependencies = { database: Database; priceDesk: PriceDesk };

export function heldPriceRoutes({ database, priceDesk }: HeldDependencies): Route[] {
	return [listHeld(database), decide(priceDesk, 'approve'), decide(priceDesk, 'reject')];
}

function listHeld(database: Database): Route {
	return route({
		method: 'get',
		path: '/v1/prices/held',
		summary: 'Prices of the list that changed so much that an operator has to approve them',
		roles: ['read'],
		query: z.strictObject({}),
		responses: { 200: { description: 'The held prices', schema: heldAnswer } },
		async handle() {
			const held = await database.call('held_prices', {});
			return { status: 200, body: held.map(heldFields) };
		},
	});
}

function decide(desk: PriceDesk, word: 'approve' | 'reject'): Route {
	return route({
		method: 'post',
		path: `/v1/prices/held/${word}`,
		summary:
			word === 'approve'
				? 'Take held prices into use'
				: 'Turn held prices down: what is used now stays in use',
		roles: ['operate'],
		body: heldBody,
		responses: { 200: { description: 'Which of them were held', schema: decidedAnswer } },
		async handle({ body, caller, now }) {
			requireUnbound(caller);
			const decided = await desk.decide(word, body.ids, { actor: caller.keyId, now });
			return { status: 200, body: { decided } };
		},
	});
}

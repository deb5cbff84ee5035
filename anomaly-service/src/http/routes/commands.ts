import { z } from 'zod';
import { replyHtml } from '../../../../core/commands/reply.ts';
import type { SlackFault } from '../../../../core/commands/slackSignature.ts';
import type { CommandDesk, SentCommand } from '../../stages/commandDesk.ts';
import type { SlackAnswer, SlackDesk } from '../../stages/slackDesk.ts';
import { ProblemError } from '../problemError.ts';
import { route, type Route } from '../route.ts';
import { anyId, text } from '../schemas/common.ts';

export type CommandRouteDependencies = { commands: CommandDesk; slackDesk: SlackDesk };

/** A message of Telegram is no longer, a button carries at most 64 bytes. */
const TEXT_MAX = 4096;
const BUTTON_MAX = 64;
/** A press carries its message, whose blocks take at most 13,200 characters, several times escaped. */
const SLACK_BODY_MAX = 200_000;

const commandBody = z
	.strictObject({
		channel: z.enum(['telegram', 'slack']),
		commandId: anyId.meta({ examples: ['telegram:733819201'] }),
		actor: z.strictObject({ id: anyId, name: text(200).optional() }),
		text: text(TEXT_MAX).optional(),
		button: text(BUTTON_MAX).optional(),
	})
	.refine((body) => (body.text === undefined) !== (body.button === undefined), {
		message: 'expected either text or button',
	});

const button = z.object({ label: z.string(), data: z.string() });

const commandAnswer = z.object({
	reply: z.object({
		text: z.string().meta({ description: 'At most 4096 UTF-16 units' }),
		entities: z.array(z.object({ type: z.literal('pre'), offset: z.int(), length: z.int() })),
		html: z.string().meta({ description: 'The same for who sends no entities' }),
		buttons: z.array(z.array(button)),
	}),
	notice: z.string().meta({ description: 'The first line, at most 200 characters' }),
	duplicate: z.boolean(),
});

export function commandRoutes(parts: CommandRouteDependencies): Route[] {
	return [sendCommand(parts), slackInteraction(parts)];
}

function sendCommand({ commands }: CommandRouteDependencies): Route {
	return route({
		method: 'post',
		path: '/v1/commands',
		summary: 'Carry out what somebody ordered from a chat, once for each commandId',
		roles: ['operate'],
		body: commandBody,
		responses: {
			200: {
				description: 'What to answer them, also when it was not understood',
				schema: commandAnswer,
			},
		},
		async handle({ body, caller, now }) {
			const { channel, commandId, actor } = body;
			const sent: SentCommand = { channel, commandId, actor, said: saidIn(body) };
			const { reply, notice, duplicate } = await commands.run(sent, { caller, now });
			const html = replyHtml(reply);
			return { status: 200, body: { reply: { ...reply, html }, notice, duplicate } };
		},
	});
}

function saidIn(body: z.infer<typeof commandBody>): SentCommand['said'] {
	return body.button === undefined ? { text: body.text ?? '' } : { button: body.button };
}

const slackBody = z.strictObject({
	body: text(SLACK_BODY_MAX).meta({ description: 'The body as it came, byte for byte' }),
	timestamp: text(20).meta({ description: 'The header x-slack-request-timestamp' }),
	signature: text(200).meta({ description: 'The header x-slack-signature' }),
});

const slackAnswer = z.object({
	method: z.enum(['chat.update', 'chat.postEphemeral']),
	message: z.looseObject({ channel: z.string() }),
	duplicate: z.boolean(),
});

function slackInteraction({ slackDesk }: CommandRouteDependencies): Route {
	return route({
		method: 'post',
		path: '/v1/slack/interactions',
		summary: 'Carry out a button pressed in Slack, after its signature and its user were checked',
		roles: ['operate'],
		body: slackBody,
		responses: {
			200: { description: 'What to ask of Slack’s Web API', schema: slackAnswer },
		},
		async handle({ body, caller, now }) {
			const answer = await slackDesk.interact(body, { caller, now });
			if (answer.outcome !== 'answered') throw notCarriedOut(answer);
			const { call, duplicate } = answer;
			return { status: 200, body: { ...call, duplicate } };
		},
	});
}

/** What is wrong with a signature, for people. */
const NOT_SIGNED: Record<SlackFault, string> = {
	malformedTimestamp: 'its timestamp is no number of seconds',
	tooOld: 'it was signed more than five minutes ago',
	tooNew: 'it was signed more than five minutes ahead of this clock',
	noMatch: 'the signature is not of these bytes and our secret',
};

function notCarriedOut(answer: Exclude<SlackAnswer, { outcome: 'answered' }>): ProblemError {
	switch (answer.outcome) {
		case 'notSetUp':
			return new ProblemError(
				'conflict',
				'Set FUSE_SLACK_SIGNING_SECRET and FUSE_SLACK_USERS to take buttons from Slack.',
			);
		case 'notFromSlack':
			return new ProblemError(
				'unauthenticated',
				`Slack did not sign this: ${NOT_SIGNED[answer.reason]}.`,
			);
		case 'notAPress':
			return new ProblemError('invalid-request', 'This is no press of a button in a message.', {
				errors: [{ pointer: '/body', detail: 'expected a form with a payload of block_actions' }],
			});
	}
}

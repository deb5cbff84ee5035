import { z } from 'zod';

/** The variables about Slack. */
export const slackVariables = {
	FUSE_SLACK_SIGNING_SECRET: z.string().min(16).optional(),
	FUSE_SLACK_USERS: z
		.string()
		.regex(
			/^\s*[UW][A-Z0-9]+\s*(,\s*[UW][A-Z0-9]+\s*)*$/,
			'expected user ids with commas between: U012ABCDEF,U034GHIJKL',
		)
		.optional(),
};

type Variables = {
	FUSE_SLACK_SIGNING_SECRET?: string | undefined;
	FUSE_SLACK_USERS?: string | undefined;
};

/** Who may press buttons in Slack, and what proves that Slack sent it. */
export type SlackSettings = { signingSecret: string; users: readonly string[] };

/** A signature says who pressed a button; without a list everybody in the workspace could let a tenant go. */
export function requireSlackUsers(
	{ FUSE_SLACK_SIGNING_SECRET: secret, FUSE_SLACK_USERS: users }: Variables,
	context: z.RefinementCtx,
): void {
	if ((secret === undefined) === (users === undefined)) return;
	const [path, other] =
		users === undefined
			? (['FUSE_SLACK_USERS', 'FUSE_SLACK_SIGNING_SECRET'] as const)
			: (['FUSE_SLACK_SIGNING_SECRET', 'FUSE_SLACK_USERS'] as const);
	context.addIssue({ code: 'custom', path: [path], message: `is needed with ${other}` });
}

export function slackOf(settings: Variables): SlackSettings | undefined {
	const { FUSE_SLACK_SIGNING_SECRET: signingSecret, FUSE_SLACK_USERS: users } = settings;

	return signingSecret === undefined || users === undefined
		? undefined
		: { signingSecret, users: users.split(',').map((user) => user.trim()) };
}

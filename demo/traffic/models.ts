/** Where a model is called, and how fast it reads and writes. */
export type DemoModel = {
	provider: string;
	endpoint: string;
	prefillMsPerToken: number;
	decodeMsPerToken: number;
};

const OPENAI = { provider: 'openai', endpoint: 'api.openai.com/v1/chat/completions' };
const ANTHROPIC = { provider: 'anthropic', endpoint: 'api.anthropic.com/v1/messages' };

/** The speeds are made up, of the order that each size of model shows in practice. */
export const DEMO_MODELS = {
	'gpt-4o-mini': { ...OPENAI, prefillMsPerToken: 0.03, decodeMsPerToken: 8 },
	'gpt-4o': { ...OPENAI, prefillMsPerToken: 0.06, decodeMsPerToken: 14 },
	'gpt-5.5': { ...OPENAI, prefillMsPerToken: 0.1, decodeMsPerToken: 16 },
	'claude-sonnet-4-5': { ...ANTHROPIC, prefillMsPerToken: 0.06, decodeMsPerToken: 14 },
	'claude-opus-4-5': { ...ANTHROPIC, prefillMsPerToken: 0.1, decodeMsPerToken: 20 },
} as const satisfies Record<string, DemoModel>;

export type DemoModelName = keyof typeof DEMO_MODELS;

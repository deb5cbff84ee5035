import { recordAt, textAt, type JsonRecord } from '../reading.ts';

/**
 * A line of the AWS bill for model calls, which nodes record one by one. Models of other sellers are billed by AWS
 * Marketplace, each with a product code of its own: "Claude (Amazon Bedrock Edition)", `USE1-MP:USE1_InputTokenCount-Units`.
 * Hours of an agent's machine (`AmazonBedrockAgentCore`) are no calls.
 */
export function isAwsModelLine(line: JsonRecord): boolean {
	const names = [
		textAt(line, 'line_item_product_code'),
		textAt(line, 'product_servicecode'),
		textAt(line, 'product_product_name'),
		textAt(recordAt(line, 'product'), 'product_name'),
		textAt(line, 'line_item_line_item_description'),
	];
	return (
		names.some((name) => /bedrock(?! ?agentcore)/i.test(name ?? '')) ||
		/MP:.{0,100}token/i.test(textAt(line, 'line_item_usage_type') ?? '')
	);
}

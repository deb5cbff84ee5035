import { isRecord, textAt, type JsonRecord } from '../reading.ts';

/** A line of an AWS Cost and Usage Report 2.0, whichever of the optional columns it has. */
export function isAwsLine(line: unknown): line is JsonRecord {
	return isRecord(line) && 'line_item_unblended_cost' in line && 'line_item_product_code' in line;
}

/** The id of a line is unique together with its interval only, and in one export. */
export function awsLineId(line: JsonRecord): string | undefined {
	const id = textAt(line, 'identity_line_item_id');
	const interval = textAt(line, 'identity_time_interval');

	return id && interval ? `${id}@${interval}` : id;
}

/** `AWSLambda` is `lambda`, `AmazonS3` is `s3`; the offers of other sellers keep their code. */
export function awsProduct(line: JsonRecord): string | undefined {
	const code = textAt(line, 'line_item_product_code');

	return code?.toLowerCase().replace(/^(?:amazon|aws)(?=.)/, '');
}

/**
 * List prices of us-east-1 before free tier and discounts, as published on aws.amazon.com/lambda/pricing and
 * aws.amazon.com/s3/pricing, read in November 2026. They bridge the hours until the bill has the line; a bill corrects them.
 */

/** 10⁻¹⁰ USD per GB-second: 0.0000166667 and 0.0000133334 USD, the first tier. A report does not name the processor. */
export const LAMBDA_GB_SECOND = { x86_64: 166_667n, arm64: 133_334n } as const;

/** 0.20 USD per million. */
export const LAMBDA_REQUEST_MICRO_CENTS = 20;

/** S3 Standard: 0.005 USD per 1,000 writes and lists, 0.0004 USD per 1,000 reads; deleting is free. */
export const S3_WRITE_MICRO_CENTS = 500;
export const S3_READ_MICRO_CENTS = 40;

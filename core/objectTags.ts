/**
 * The tag by which the lifecycle rules of the bucket (infra/bucket.ts) know which texts may go as
 * soon as a settled future that nothing watches.
 */
export const LIFETIME_TAG = "forerun-lifetime";
export const SHORT = "short";
export const LONG = "long";

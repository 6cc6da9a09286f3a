/** The value below which that share of the sorted values lies (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** p50 and p99 of times in milliseconds, to a tenth. */
export function spread(values: readonly number[]): { p50: number; p99: number } {
  return { p50: tenth(percentile(values, 0.5)), p99: tenth(percentile(values, 0.99)) };
}

export function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

export function hundredth(value: number): number {
  return Math.round(value * 100) / 100;
}

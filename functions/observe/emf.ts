/**
 * Metrics in embedded metric format: lines in the log, from which CloudWatch makes metrics. They
 * cost no call, and one line holds all values of a band since the last line.
 */
import { Metrics } from "@aws-lambda-powertools/metrics";
import {
  BAND_METRICS,
  type BandMetric,
  NAMESPACE,
  SERVICE_METRICS,
  type ServiceMetric,
} from "../../core/metrics.ts";

/** Writes one line to the log, without its end. */
export type WriteLine = (line: string) => void;

export class Emf {
  private readonly byBand = new Map<string, Metrics>();
  private readonly ofService: Metrics;
  private readonly service: string;
  private readonly write: WriteLine;

  /** @param service the dimension of that name: the deployment's stage */
  constructor(service: string, write: WriteLine) {
    this.service = service;
    this.write = write;
    this.ofService = new Metrics({ namespace: NAMESPACE, serviceName: service });
  }

  band(band: string, metric: BandMetric, value = 1): void {
    const metrics = this.byBand.get(band) ?? this.newBand(band);
    metrics.addMetric(metric, BAND_METRICS[metric], value);
    // CloudWatch takes at most 100 values of a metric in one line.
    if (++this.values >= MAX_VALUES) this.flush();
  }

  count(metric: ServiceMetric, value = 1): void {
    this.ofService.addMetric(metric, SERVICE_METRICS[metric], value);
    if (++this.values >= MAX_VALUES) this.flush();
  }

  /** Whether anything waits for the next flush. */
  get isEmpty(): boolean {
    return this.values === 0;
  }

  /** Writes a line for each band that has values, and one for the service. */
  flush(): void {
    this.values = 0;
    for (const metrics of [...this.byBand.values(), this.ofService]) {
      if (!metrics.hasStoredMetrics()) continue;
      this.write(JSON.stringify(metrics.serializeMetrics()));
      metrics.clearMetrics();
    }
  }

  private values = 0;

  private newBand(band: string): Metrics {
    const { service } = this;
    const defaultDimensions = { band };
    const metrics = new Metrics({ namespace: NAMESPACE, serviceName: service, defaultDimensions });
    this.byBand.set(band, metrics);
    return metrics;
  }
}

/** Values in all, so that no metric has more than 100; Powertools would write at 100 by itself. */
const MAX_VALUES = 99;

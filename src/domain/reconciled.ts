/** What comparing one stream of leads with the CRM found, and what was repaired. */
export interface Reconciled {
  readonly stream: string;
  /** Records that the CRM counts itself; `null` where its list is the only count. */
  readonly counted: number | null;
  /** Records that the CRM listed. */
  readonly listed: number;
  /** Listed records that we did not know. */
  readonly missed: number;
  /** Records that we held in an older state. */
  readonly stale: number;
  /** Leads of ours that stand under another id now: merged or converted. */
  readonly moved: number;
  /** Leads of ours that the CRM no longer has. */
  readonly deleted: number;
  /** Leads of ours after the repair. */
  readonly ours: number;
  /** Digests of (id, modified) over the CRM's list and over our leads after the repair. */
  readonly crmHash: string;
  readonly ourHash: string;
  /** Whether both sides agree in number and digest. Records that change meanwhile keep them apart. */
  readonly isEqual: boolean;
}

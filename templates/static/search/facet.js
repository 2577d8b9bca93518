// Facets: filters by part, kind, level, role and state, and how many units each choice would give.

import { KINDS, LEVELS, STATES } from "./labels.js";
import { byPoints } from "./text.js";

const SORTS = ["part", "kind", "level", "role", "status"];

export class Facets {
  constructor(units) {
    /** For each unit, its values by sort. */
    this.ofUnit = units.map((unit) => ({
      part: [unit.part].filter(Boolean),
      kind: [unit.kind],
      level: unit.levels,
      role: unit.roles,
      status: [unit.status].filter(Boolean),
    }));
    const named = units.filter((unit) => unit.kind === "part" || unit.kind === "role");
    const names = Object.fromEntries(named.filter((unit) => unit.names.length > 0).map((unit) => [unit.id, unit.names[0]]));
    /** For each sort, what readers see of its values. */
    this.labels = { part: names, kind: KINDS, level: LEVELS, role: names, status: STATES };
  }

  /**
   * Keeps the scored units that pass the filters, and counts. A unit that fails one filter only still counts
   * among the choices of that sort.
   */
  filter(wanted, scored) {
    const counts = Object.fromEntries(SORTS.map((sort) => [sort, new Map()]));
    const kept = scored.filter(([place]) => {
      const mine = this.ofUnit[place];
      const failed = SORTS.filter((sort) => wanted[sort] && !mine[sort].includes(wanted[sort]));
      if (failed.length > 1) return false;
      for (const sort of failed.length > 0 ? failed : SORTS) {
        for (const value of mine[sort]) counts[sort].set(value, (counts[sort].get(value) ?? 0) + 1);
      }
      return failed.length === 0;
    });
    return [kept, Object.fromEntries(SORTS.map((sort) => [sort, this.listed(sort, counts[sort])]))];
  }

  listed(sort, counts) {
    const labels = this.labels[sort];
    const found = [...counts].map(([value, count]) => ({ value, label: labels[value] ?? value, count }));
    return found.sort((one, other) => other.count - one.count || byPoints(one.value, other.value));
  }
}

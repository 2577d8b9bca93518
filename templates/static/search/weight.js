// Weights: how much each signal counts. They come with the texts, so that they are written down once.

/** All weights; see `src/search/weight.rs`. */
export const W = {};

/** Takes in the weights. The server reckons in single precision, so they are rounded to it. */
export function learnWeights(weights) {
  for (const [name, weight] of Object.entries(weights)) W[name] = Math.fround(weight);
}

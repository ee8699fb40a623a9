// The sound of telephones: mu-law, 8000 bytes a second (ITU-T G.711).

export const RATE = 8000;
export const FRAME = 160; // 20 ms
const BIAS = 132;
const CLIP = 32635;

const VALUES = Float32Array.from({ length: 256 }, (_, code) => {
  const bits = ~code & 0xff;
  const size = ((((bits & 0x0f) << 3) + BIAS) << ((bits >> 4) & 0x07)) - BIAS;
  return (bits & 0x80 ? -size : size) / 32768;
});

/** Mu-law bytes as samples from -1 to 1. */
export function decoded(mulaw) {
  return Float32Array.from(mulaw, (code) => VALUES[code]);
}

/** One sample from -1 to 1 as a mu-law byte. */
export function encoded(sample) {
  const size = Math.min(Math.round(Math.abs(sample) * 32768), CLIP) + BIAS;
  const segment = 24 - Math.clz32(size); // of the highest bit, which the bias makes the eighth at least
  return ~((sample < 0 ? 0x80 : 0) | (segment << 4) | ((size >> (segment + 3)) & 0x0f)) & 0xff;
}

// Writes what the C library's printf makes of many numbers, as one hash for each block of them: the golden values of
// printf.test.ts, which makes the same numbers with the same generator.
//
//   cc -O2 -o printf-golden printf-golden.c -lm && ./printf-golden > printf-golden.json
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 100, BLOCK = 10000 };

static const char *FORMATS[] = {
    "%g",     "%.0g",   "%.1g",   "%.2g",   "%.3g",   "%.7g",    "%.9g",   "%.15g",  "%.16g", "%.17g", "%.18g",
    "%.40g",  "%#g",    "%#.3g",  "%G",     "%e",     "%.0e",    "%.3e",   "%10.3e", "%.14e", "%.15e", "%.16e",
    "%.17e",  "%.30e",  "%#.0e",  "%E",     "%f",     "%.0f",    "%.1f",   "%.2f",   "%.3f",  "%.10f", "%.17f",
    "%.25f",  "%#.0f",  "%F",     "%a",     "%A",     "%.0a",    "%.1a",   "%.3a",   "%.13a", "%.20a", "%24a",
    "%024a",  "%#a",    "%-20g|", "%020g",  "%+g",    "% g",     "%+.3e",  "%-+12.2f|", "%lf", "%Lg",  "x%gy%%",
};

static uint32_t state;

static uint32_t next(void) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

static double from_bits(uint32_t high, uint32_t low) {
  uint64_t bits = (uint64_t)high << 32 | low;
  double value;
  memcpy(&value, &bits, 8);
  return value;
}

static double uniform(void) { return (double)next() / 4294967296.0; }

static double number(void) {
  uint32_t kind = next() % 10;
  uint32_t a = next(), b = next();
  switch (kind) {
  case 0: return from_bits(a, b);
  case 1: {
    float single;
    memcpy(&single, &a, 4);
    // A signalling NaN would become a quiet one on the way.
    return isnan(single) ? 1 : single;
  }
  case 2: return uniform();
  case 3: return (double)(a % 100000) / (double)(1u << b % 31);
  case 4: return ((double)(a % 10000000) + 0.5) / pow(10, b % 16);
  case 5: return ((double)(a & 0x1fffff) * 4294967296.0 + b) * (a & 0x80000000 ? -1 : 1);
  case 6: {
    char text[16];
    snprintf(text, sizeof text, "1e%d", (int)(a % 640) - 330);
    double power = strtod(text, NULL);
    uint64_t bits;
    memcpy(&bits, &power, 8);
    // Neighbours of a power of ten.
    if (power > 0 && power < 1e308) bits += (uint64_t)(b % 5) - 2;
    memcpy(&power, &bits, 8);
    return power;
  }
  case 7: return from_bits(a & 0x800fffff, b);
  case 8: return (double)(int32_t)a / 1000;
  default: return (double)(int32_t)(a % 2001 - 1000) / (b % 4 == 0 ? 1 : 8);
  }
}

int main(void) {
  static double numbers[BLOCK];
  int count = sizeof FORMATS / sizeof *FORMATS;
  static uint32_t hashes[sizeof FORMATS / sizeof *FORMATS][BLOCKS];
  char text[2000];
  for (int block = 0; block < BLOCKS; block++) {
    state = 0x9e3779b9u ^ (uint32_t)(block + 1);
    for (int i = 0; i < BLOCK; i++) numbers[i] = number();
    for (int f = 0; f < count; f++) {
      uint32_t hash = 0x811c9dc5;
      for (int i = 0; i < BLOCK; i++) {
        if (strchr(FORMATS[f], 'L')) snprintf(text, sizeof text, FORMATS[f], (long double)numbers[i]);
        else snprintf(text, sizeof text, FORMATS[f], numbers[i]);
        for (const char *c = text;; c++) {
          hash = (hash ^ (unsigned char)*c) * 0x01000193;
          if (!*c) break;
        }
      }
      hashes[f][block] = hash;
    }
  }
  printf("{\n");
  for (int f = 0; f < count; f++) {
    printf("  \"%s\": \"", FORMATS[f]);
    for (int block = 0; block < BLOCKS; block++) printf("%08" PRIx32, hashes[f][block]);
    printf("\"%s\n", f + 1 < count ? "," : "");
  }
  printf("}\n");
}

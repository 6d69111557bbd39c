#include <stddef.h>
#include <stdint.h>

// Pixels are words of red, green, blue and alpha from the lowest byte on.

void halve(uint32_t *dst, const uint32_t *top, const uint32_t *bottom, size_t w);
void grey(uint8_t *dst, const uint32_t *src, size_t n);
void turn(uint8_t *dst, size_t n, const uint8_t *src, size_t w, size_t h,
          int64_t x, int64_t y, int64_t dx, int64_t dy);

// blocks gives the darkest, the lightest and the sum of the levels of each of n blocks
// of 8 × 8, side by side.
void blocks(uint8_t *lo, uint8_t *hi, uint16_t *sum, const uint8_t *src, size_t stride, size_t n);

// pieces gives the darkest and the lightest of each of n pieces of 16 levels.
void pieces(uint8_t *lo, uint8_t *hi, const uint8_t *src, size_t n);

// steps adds to across, for each column of w × h levels from the second on, and to down,
// for each row from the second on, by how much levels differ from their left neighbours
// and from those above.
void steps(uint32_t *across, uint32_t *down, const uint8_t *src, size_t w, size_t h);

// energy gives the sums of the squares of both differences.
void energy(uint64_t *across, uint64_t *down, const uint8_t *src, size_t w, size_t h);

// sample makes w × h samples of src, whose rows are stride bytes apart, and lays them
// into three planes of float, turned clockwise by quarters. Of each sample across and
// down it is given the first of its two pixels and the weight of the second, in
// 256ths; pixels is how many are read of a row. at and weights may be NULL: samples
// are pixels then. line holds pixels + 1, band 3 · BAND · w.
void sample(float *planes, size_t plane, size_t W, const uint8_t *src, size_t stride, size_t pixels,
            size_t w, size_t h, const uint32_t *at, const uint8_t *weights,
            const uint32_t *rows, const uint8_t *between, int quarters,
            const int *colours, const float *scale, const float *offset,
            uint32_t *line, float *band);

#define BAND 8

#include "kernels.h"
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "pixels are read as little-endian words"
#endif

// Loops are written for the compiler's vector instructions: no branches, one type of
// element, a fixed length where there is one.

#define EVENS 0x00ff00ff00ff00ffu

void halve(uint32_t *restrict dst, const uint32_t *restrict top, const uint32_t *restrict bottom, size_t w) {
	for (size_t x = 0; x < w; x++) {
		uint64_t p, q;
		memcpy(&p, top + 2 * x, 8);
		memcpy(&q, bottom + 2 * x, 8);
		uint64_t even = (p & EVENS) + (q & EVENS), odd = (p >> 8 & EVENS) + (q >> 8 & EVENS);
		even = (even + (even >> 32) + 0x00020002) >> 2 & 0x00ff00ff;
		odd = (odd + (odd >> 32) + 0x00020002) >> 2 & 0x00ff00ff;
		dst[x] = (uint32_t)(even | odd << 8);
	}
}

#define CHUNK 256

void grey(uint8_t *restrict dst, const uint32_t *restrict src, size_t n) {
	uint16_t even[2 * CHUNK], odd[2 * CHUNK], sum[2 * CHUNK];
	for (size_t i = 0; i < 2 * CHUNK; i += 2) {
		even[i] = 77, even[i + 1] = 29; // of red and blue
		odd[i] = 150, odd[i + 1] = 0;   // of green and alpha
	}
	for (; n > 0;) {
		size_t m = n < CHUNK ? n : CHUNK;
		uint16_t pair[2 * CHUNK];
		memcpy(pair, src, 4 * m);
		for (size_t i = 0; i < 2 * m; i++)
			sum[i] = (uint16_t)((pair[i] & 255) * even[i]) + (uint16_t)((pair[i] >> 8) * odd[i]);
		for (size_t i = 0; i < m; i++) {
			uint32_t s;
			memcpy(&s, sum + 2 * i, 4);
			dst[i] = (uint8_t)(((s & 0xffff) + (s >> 16) + 128) >> 8);
		}
		n -= m, src += m, dst += m;
	}
}

// between is src, whose rows are w long, at (u,v) in parts of 1/65536 pixel.
static inline uint8_t between(const uint8_t *src, size_t w, uint64_t u, uint64_t v) {
	const uint8_t *p = src + (v >> 16) * w + (u >> 16);
	uint32_t fx = (uint32_t)(u >> 8) & 255, fy = (uint32_t)(v >> 8) & 255;
	uint16_t above, below;
	memcpy(&above, p, 2);
	memcpy(&below, p + w, 2);
	uint32_t left = (above & 255) * (256 - fy) + (below & 255) * fy;
	uint32_t right = (above >> 8) * (256 - fy) + (below >> 8) * fy;
	return (uint8_t)((left * (256 - fx) + right * fx + (1 << 15)) >> 16);
}

static inline int64_t within(int64_t x, int64_t most) { return x < 0 ? 0 : x > most ? most : x; }

void turn(uint8_t *restrict dst, size_t n, const uint8_t *restrict src, size_t w, size_t h,
          int64_t x, int64_t y, int64_t dx, int64_t dy) {
	int64_t right = ((int64_t)(w - 1) << 16) - 1, bottom = ((int64_t)(h - 1) << 16) - 1;
	int64_t lastX = x + (int64_t)(n - 1) * dx, lastY = y + (int64_t)(n - 1) * dy;
	if (x == within(x, right) && y == within(y, bottom) && lastX == within(lastX, right) && lastY == within(lastY, bottom)) {
		// A row that lies in the picture, as nearly all do.
		uint64_t u = (uint64_t)x, v = (uint64_t)y;
		for (size_t i = 0; i < n; i++, u += (uint64_t)dx, v += (uint64_t)dy)
			dst[i] = between(src, w, u, v);
		return;
	}
	for (size_t i = 0; i < n; i++, x += dx, y += dy)
		dst[i] = between(src, w, (uint64_t)within(x, right), (uint64_t)within(y, bottom));
}

static inline uint8_t least(uint8_t a, uint8_t b) { return a < b ? a : b; }
static inline uint8_t most(uint8_t a, uint8_t b) { return a > b ? a : b; }

void blocks(uint8_t *restrict lo, uint8_t *restrict hi, uint16_t *restrict sum, const uint8_t *restrict src,
            size_t stride, size_t n) {
	// Each column of 8 first, then the 8 columns of a block.
	uint8_t low[CHUNK], high[CHUNK];
	uint16_t sums[CHUNK];
	for (; n > 0;) {
		size_t m = n < CHUNK / 8 ? n : CHUNK / 8;
		for (size_t x = 0; x < 8 * m; x++)
			low[x] = high[x] = src[x], sums[x] = src[x];
		for (size_t j = 1; j < 8; j++) {
			const uint8_t *restrict row = src + j * stride;
			for (size_t x = 0; x < 8 * m; x++) {
				low[x] = least(low[x], row[x]);
				high[x] = most(high[x], row[x]);
				sums[x] += row[x];
			}
		}
		for (size_t i = 0; i < m; i++) {
			uint8_t a = low[8 * i], b = high[8 * i];
			uint16_t s = sums[8 * i];
			for (size_t x = 8 * i + 1; x < 8 * i + 8; x++)
				a = least(a, low[x]), b = most(b, high[x]), s += sums[x];
			lo[i] = a, hi[i] = b, sum[i] = s;
		}
		n -= m, lo += m, hi += m, sum += m, src += 8 * m;
	}
}

void pieces(uint8_t *restrict lo, uint8_t *restrict hi, const uint8_t *restrict src, size_t n) {
	for (size_t i = 0; i < n; i++, src += 16) {
		uint8_t a = src[0], b = src[0];
		for (size_t x = 1; x < 16; x++)
			a = least(a, src[x]), b = most(b, src[x]);
		lo[i] = a, hi[i] = b;
	}
}

void steps(uint32_t *restrict across, uint32_t *restrict down, const uint8_t *restrict src, size_t w, size_t h) {
	for (size_t y = 1; y < h; y++) {
		const uint8_t *above = src + (y - 1) * w, *row = src + y * w;
		uint32_t sum = 0;
		for (size_t x = 1; x < w; x++) {
			int dx = row[x] - row[x - 1], dy = row[x] - above[x];
			uint32_t d = (uint32_t)((dx < 0 ? -dx : dx) + (dy < 0 ? -dy : dy));
			across[x] += d;
			sum += d;
		}
		down[y] += sum;
	}
}

void energy(uint64_t *across, uint64_t *down, const uint8_t *restrict src, size_t w, size_t h) {
	for (size_t y = 1; y < h; y++) {
		const uint8_t *above = src + (y - 1) * w, *row = src + y * w;
		uint32_t a = 0, b = 0; // of no more than 2¹⁶ columns
		for (size_t x = 1; x < w; x++) {
			int dx = row[x] - row[x - 1], dy = row[x] - above[x];
			a += (uint32_t)(dx * dx);
			b += (uint32_t)(dy * dy);
		}
		*across += a;
		*down += b;
	}
}

// blend mixes n bytes of p with those of q by weights in 256ths.
static inline void blend(uint8_t *restrict dst, const uint8_t *restrict p, const uint8_t *restrict q,
                         const uint8_t *restrict weight, size_t n) {
	for (size_t i = 0; i < n; i++)
		dst[i] = (uint16_t)((uint16_t)(p[i] << 8) + (uint16_t)((uint16_t)(q[i] - p[i]) * weight[i]) + 128) >> 8;
}

// spread lays one colour of n pixels into a plane.
static inline void spread(float *restrict dst, const uint32_t *restrict pixels, size_t n,
                          int shift, float scale, float offset) {
	for (size_t x = 0; x < n; x++)
		dst[x] = (float)(int)(pixels[x] >> shift & 255) * scale + offset;
}

// mixRows mixes two rows of n bytes.
static inline void mixRows(uint8_t *restrict dst, const uint8_t *restrict p, const uint8_t *restrict q,
                           uint16_t weight, size_t n) {
	uint16_t other = 256 - weight;
	for (size_t i = 0; i < n; i++)
		dst[i] = (uint16_t)((uint16_t)(p[i] * other) + (uint16_t)(q[i] * weight) + 128) >> 8;
}

// gather takes pairs of neighbours apart.
static void gather(uint32_t *restrict left, uint32_t *restrict right, const uint32_t *restrict line,
                   const uint32_t *restrict at, size_t n) {
	for (size_t i = 0; i < n; i++) {
		uint64_t pair;
		memcpy(&pair, line + at[i], 8);
		left[i] = (uint32_t)pair;
		right[i] = (uint32_t)(pair >> 32);
	}
}

static void reverse(float *row, size_t n) {
	for (size_t i = 0, j = n - 1; i < j; i++, j--) {
		float v = row[i];
		row[i] = row[j];
		row[j] = v;
	}
}

// transpose lays n rows of w as n columns.
static inline void transpose(float *restrict dst, ptrdiff_t step, const float *restrict src, size_t w,
                             ptrdiff_t next, size_t n) {
	for (size_t x = 0; x < w; x++, dst += step)
		for (size_t j = 0; j < n; j++)
			dst[j] = src[(ptrdiff_t)j * next + (ptrdiff_t)x];
}

void sample(float *planes, size_t plane, size_t W, const uint8_t *src, size_t stride, size_t pixels,
            size_t w, size_t h, const uint32_t *at, const uint8_t *weights,
            const uint32_t *rows, const uint8_t *between, int quarters,
            const int *colours, const float *scale, const float *offset,
            uint32_t *line, float *band) {
	uint32_t left[CHUNK], right[CHUNK], mixed[CHUNK];
	for (size_t y = 0; y < h; y++) {
		const uint8_t *top = src + rows[y] * stride;
		if (between[y])
			mixRows((uint8_t *)line, top, top + stride, between[y], 4 * pixels);
		else
			memcpy(line, top, 4 * pixels);
		size_t j = y % BAND;
		float *out[3];
		for (int c = 0; c < 3; c++) {
			switch (quarters) {
			case 0: out[c] = planes + c * plane + y * W; break;
			case 2: out[c] = planes + c * plane + (h - 1 - y) * W; break;
			case 1: out[c] = band + (c * BAND + (BAND - 1 - j)) * w; break; // the last row comes first
			default: out[c] = band + (c * BAND + j) * w;
			}
		}
		for (size_t x = 0; x < w; x += CHUNK) {
			size_t n = w - x < CHUNK ? w - x : CHUNK;
			const uint32_t *made = line + x;
			if (at) {
				gather(left, right, line, at + x, n);
				blend((uint8_t *)mixed, (uint8_t *)left, (uint8_t *)right, weights + 4 * x, 4 * n);
				made = mixed;
			}
			for (int c = 0; c < 3; c++)
				spread(out[c] + x, made, n, 8 * colours[c], scale[c], offset[c]);
		}
		if (quarters == 2)
			for (int c = 0; c < 3; c++)
				reverse(out[c], w);
		if (quarters % 2 == 0 || (j < BAND - 1 && y < h - 1))
			continue;
		for (int c = 0; c < 3; c++) {
			float *to = planes + c * plane, *from = band + c * BAND * w;
			size_t n = j + 1;
			if (quarters == 1) {
				to += h - 1 - y;
				from += (BAND - n) * w;
			} else {
				to += (w - 1) * W + y - j;
			}
			ptrdiff_t step = quarters == 1 ? (ptrdiff_t)W : -(ptrdiff_t)W;
			if (n == BAND)
				transpose(to, step, from, w, w, BAND);
			else
				transpose(to, step, from, w, w, n);
		}
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Wear-out: after how many cycles a sector fails. Below the guaranteed minimum never; above it a
 * Weibull distribution of shape 2 whose median is the typical figure. */
#include "draw.h"
#include "flash_private.h"

/* Its quantiles at sixteenths, in thousandths of (typical - minimum): sqrt(-log2(1 - i / 16)); the
 * last one, where the tail would go on for ever, at 1 - 2^-8. A table, because the last bit of a
 * logarithm differs between machines. */
static const uint32_t quantiles[17] = {0,    305,  439,  547,  644,  735,  823,  911, 1000,
                                       1092, 1190, 1295, 1414, 1554, 1732, 2000, 2828};

static uint64_t weibull(uint64_t random)
{
    const uint32_t step = (uint32_t)(random % 16);
    const uint64_t part = random >> 32; /* of 2^32 */

    return quantiles[step] + (((quantiles[step + 1] - quantiles[step]) * part) >> 32);
}

void sim_flash_enable_wear_out(struct sim_flash *flash)
{
    const uint32_t minimum = flash->profile.endurance_min;
    const uint32_t typical = flash->profile.endurance_typical;

    if (minimum == 0) {
        return; /* it does not wear */
    }
    for (uint32_t i = 0; i < flash->sector_count; i++) {
        const uint64_t random = draw(flash->seed, DRAW_WEAR, i);
        const uint64_t cycles =
            minimum + (typical > minimum ? (typical - minimum) * weibull(random) / 1000 : 0);

        flash->sectors[i].cycles_to_failure = cycles < UINT32_MAX ? (uint32_t)cycles : UINT32_MAX;
    }
}

bool wear_is_out(const struct sim_sector *sector)
{
    return sector->cycles_to_failure != 0 && sector->erases >= sector->cycles_to_failure;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* See life_private.h. Boots and power cuts. */
#include "life_private.h"

#define NEAR_OPERATIONS 12u  /* about one update, or one mount */
#define FAR_OPERATIONS  600u /* more than a sector: reaches into reclaim and erase */

/* What weak cells read at this boot. */
static uint32_t draw_pattern(struct life *life)
{
    return (uint32_t)rng_next(&life->rng);
}

/* No cut that was armed before strikes from here on, neither now nor at the next erase. */
static void disarm(struct life *life)
{
    sim_flash_set_hook(life->rig.flash, NULL, NULL);
    sim_flash_disarm(life->rig.flash);
}

static void mount_failed(struct life *life, int32_t error)
{
    life->result->lost += model_existing(&life->model);
    life_violate(life, "the store does not mount: %s", cfs_error_name(error));
}

/* Mount after a boot, through as many further cuts as the workload asks for. */
static void come_up(struct life *life)
{
    int32_t error = rig_mount(&life->rig, false);
    while (!life_has_power(life)) {
        life->result->cuts_nested++;
        error = rig_boot(&life->rig, draw_pattern(life));
        if (error >= 0 && rng_chance(&life->rng, life->workload->cuts_nested)) {
            sim_flash_arm_random_cut(life->rig.flash, rng_below(&life->rng, NEAR_OPERATIONS));
        }
        error = error < 0 ? error : rig_mount(&life->rig, false);
    }
    disarm(life);
    if (error < 0) {
        mount_failed(life, error);
        return;
    }
    life_check_all(life);
}

void life_recover(struct life *life)
{
    disarm(life);
    int32_t error = rig_boot(&life->rig, draw_pattern(life));
    if (error < 0) {
        mount_failed(life, error);
        return;
    }
    if (rng_chance(&life->rng, life->workload->cuts_nested)) {
        sim_flash_arm_random_cut(life->rig.flash, rng_below(&life->rng, NEAR_OPERATIONS));
    }
    come_up(life);
}

void life_boot(struct life *life)
{
    bool is_clean = !rng_chance(&life->rng, life->workload->boots_unclean);
    if (is_clean) {
        int32_t error = rig_unmount(&life->rig);
        if (error < 0 && life_has_power(life)) {
            life_violate(life, "unmount failed with %s", cfs_error_name(error));
            return;
        }
    }
    if (!life_has_power(life)) {
        life_recover(life);
        return;
    }
    life->result->boots_clean += is_clean;
    life->result->boots_unclean += !is_clean;
    disarm(life);
    int32_t error = rig_boot(&life->rig, draw_pattern(life));
    if (error < 0) {
        mount_failed(life, error);
        return;
    }
    come_up(life);
}

/* Erases are rare among operations, so some cuts are aimed at the next one. */
static void cut_at_erase(void *context, struct sim_flash *flash, const struct sim_op *op,
                         const void *data)
{
    (void)context; /* all that is needed is in the device */
    (void)data;
    if (op->kind == SIM_OP_ERASE) {
        sim_flash_set_hook(flash, NULL, NULL);
        sim_flash_arm_random_cut(flash, 0);
    }
}

void life_arm_cut(struct life *life)
{
    switch (rng_below(&life->rng, 4)) {
    case 0:
        sim_flash_set_hook(life->rig.flash, cut_at_erase, NULL);
        break;
    case 1:
        sim_flash_arm_random_cut(life->rig.flash, rng_below(&life->rng, FAR_OPERATIONS));
        break;
    default:
        sim_flash_arm_random_cut(life->rig.flash, rng_below(&life->rng, NEAR_OPERATIONS));
        break;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The suite on simulated devices: conformance PROFILE [--seed N] [--part NAME] ...
 *
 * Volumes have few sectors, so that a round is short. Exits 0 when everything held, 1 when not, 2
 * when it was called wrongly. With --cache the port is wrong, and the suite must find that. */
#include "conformance.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance_lie.h"
#include "sim/flash.h"
#include "sim/port.h"

/* The journal wants sectors of one size. Set to 1 when it takes mixed ones: stm32f4 is then run like
 * all others, instead of being expected to be refused. */
#define MIXED_SECTORS_ARE_ACCEPTED 1

#define LINE_BYTES_MAX  512u
#define VALUE_BYTES_MAX (72u * 1024u)
#define SECTORS         4u

/* Of an STM32F4: all sizes, and three of the largest, as one of those is always kept free. */
#define SECTORS_MIXED 8u

struct bench {
    struct sim_profile profile;
    struct sim_flash *flash;
    bool asynchronous;
    bool caches;  /* the driver says "programmed" too early */
    bool refuses; /* a broken rule is what a part tries out */
};

static struct bench bench;
static uint8_t memory[CONFORMANCE_MEMORY_BYTES(LINE_BYTES_MAX, VALUE_BYTES_MAX)];

static void on_rule(void *context, struct sim_flash *flash, const char *message)
{
    (void)flash;
    if (!((struct bench *)context)->refuses) {
        (void)printf("%s: FAILED: a rule of the device was broken: %s\n", bench.profile.name,
                     message);
        abort();
    }
}

static void print(void *context, const char *text)
{
    (void)context;
    (void)puts(text); /* stdout is only for people */
}

/* A device as new, with draws that follow from the seed. */
static void begin(void *context, const char *part, uint32_t seed)
{
    struct bench *to = context;
    struct sim_flash *fresh = sim_flash_new(&to->profile, seed);

    if (fresh == NULL) {
        abort(); /* of the eight there may be, this is the second */
    }
    sim_flash_boot(fresh, 0);
    sim_flash_copy(to->flash, fresh);
    sim_flash_free(fresh);
    sim_port_seed(seed);
    to->refuses = strcmp(part, "driver") == 0;
}

static void arm_cut(void *context, uint32_t index)
{
    sim_flash_arm_random_cut(((struct bench *)context)->flash, index);
}

static bool is_cut(void *context)
{
    return sim_flash_is_cut(((struct bench *)context)->flash);
}

static void power_up(void *context, uint32_t draw)
{
    lie_forget();
    sim_flash_disarm(((struct bench *)context)->flash);
    sim_flash_boot(((struct bench *)context)->flash, draw);
}

static uint32_t now_us(void *context)
{
    return (uint32_t)(sim_flash_now_ns(((struct bench *)context)->flash) / 1000u);
}

static void idle(void *context)
{
    (void)context;
    (void)sim_flash_complete_next(); /* false: nothing is pending, which the self-test tries */
}

static bool has_mixed_sectors(const struct sim_profile *profile)
{
    return profile->region_count > 1u;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct conformance_port *port = state->input;

    switch (key) {
    case 's':
        port->seed = (uint32_t)strtoul(argument, NULL, 0);
        return 0;
    case 'p':
        port->part = argument;
        return 0;
    case 'c':
        port->cuts = (uint32_t)strtoul(argument, NULL, 0);
        return 0;
    case 'a':
        bench.asynchronous = true;
        return 0;
    case 'L':
        bench.caches = true;
        return 0;
    case ARGP_KEY_ARG:
        if (sim_profile_find(argument) == NULL) {
            argp_error(state, "there is no built-in profile \"%s\"", argument);
        } else {
            bench.profile = *sim_profile_find(argument);
        }
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which profile?");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int run(struct conformance_port *port)
{
    const struct cfs_device_config device = {
        .line_bytes = bench.profile.line_bytes,
        .place = CFS_CFG_ON_CHIP ? CFS_PLACE_ON_CHIP : CFS_PLACE_OFF_CHIP}; /* any is as good */
    bool mixed = has_mixed_sectors(&bench.profile);
    int result;

    if (sim_profile_resize(&bench.profile, mixed ? SECTORS_MIXED : SECTORS, 0) != 0) {
        return 2;
    }
    bench.profile.asynchronous = bench.asynchronous;
    bench.flash = sim_flash_new(&bench.profile, port->seed);
    if (bench.flash == NULL) {
        return 2;
    }
    sim_flash_set_rule_handler(bench.flash, on_rule, &bench);
    sim_flash_boot(bench.flash, 0);
    sim_port_seed(port->seed);
    port->name = bench.profile.name;
    port->driver = sim_flash_driver(bench.flash);
    if (bench.caches) {
        port->driver = lie_driver(port->driver);
    }
    port->device = &device;
    port->format_result = mixed && !MIXED_SECTORS_ARE_ACCEPTED ? CFS_ERR_GEOMETRY : CFS_OK;
    result = cfs_conformance_run(port);
    sim_flash_free(bench.flash);
    return result == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"seed", 's', "N", 0, "of every draw (1)", 0},
        {"part", 'p', "NAME", 0, "run only this part", 0},
        {"cuts", 'c', "N", 0, "how many power cuts", 0},
        {"async", 'a', NULL, 0, "as an asynchronous driver", 0},
        {"cache", 'L', NULL, 0, "a driver that says \"programmed\" too early", 0},
        {0}};
    const struct argp argp = {
        options, parse, "PROFILE", "Run the conformance suite on a simulated device.",
        NULL,    NULL,  NULL};
    struct conformance_port port = {.memory = memory,
                                    .memory_bytes = sizeof memory,
                                    .seed = 1,
                                    .print = print,
                                    .begin = begin,
                                    .arm_cut = arm_cut,
                                    .is_cut = is_cut,
                                    .power_up = power_up,
                                    .now_us = now_us,
                                    .idle = idle,
                                    .context = &bench};

    argp_err_exit_status = 2;
    if (argp_parse(&argp, argc, argv, 0, NULL, &port) != 0) {
        return 2;
    }
    return run(&port);
}

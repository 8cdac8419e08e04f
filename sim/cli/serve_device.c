/* SPDX-License-Identifier: Apache-2.0 */
/* See serve.h. Requests to the simulated flash: power, cuts, images, damage, counters. */
#include "serve.h"

#include <stdlib.h>
#include <string.h>

#include "json_out.h"

static uint64_t flash_bytes(const struct sim_profile *profile)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < profile->region_count; i++) {
        bytes += (uint64_t)profile->regions[i].count * profile->regions[i].sector_bytes;
    }
    return bytes;
}

static void put_profile(json_t *response, const struct rig *rig)
{
    const struct sim_profile *profile = sim_flash_profile(rig->flash);
    json_out_text(response, "profile", profile->name);
    json_out_number(response, "sectors", sim_flash_sector_count(rig->flash));
    json_out_number(response, "sector_bytes", profile->regions[0].sector_bytes);
    json_out_number(response, "unit_bytes", profile->unit_bytes);
    json_out_number(response, "line_bytes", profile->line_bytes);
}

static int find_profile(struct server *server, json_t *request, struct sim_profile *profile,
                        struct complaint *complaint)
{
    const char *name = server->defaults.profile;
    uint64_t sectors = server->defaults.sectors;
    uint64_t sector_bytes = 0;
    if (request_text(request, "profile", &name, complaint) < 0 ||
        request_whole(request, "sectors", 1, OPTIONS_SECTORS_MAX, &sectors, complaint) < 0 ||
        request_whole(request, "sector_bytes", 1, 1u << 24, &sector_bytes, complaint) < 0 ||
        device_profile(name, sectors, profile, complaint) < 0) {
        return -1;
    }
    if (sector_bytes != 0 && sim_profile_resize(profile, 0, (uint32_t)sector_bytes) < 0) {
        return complain(complaint, "\"sector_bytes\" must be a multiple of the line, %u bytes",
                        profile->line_bytes);
    }
    return 0;
}

int serve_open(struct server *server, json_t *request, json_t *response,
               struct complaint *complaint)
{
    struct sim_profile profile;
    struct rig *before = server->rig;
    struct rig *after = before == &server->rigs[0] ? &server->rigs[1] : &server->rigs[0];
    uint64_t seed = server->defaults.seed;
    if (request_whole(request, "seed", 0, INT64_MAX, &seed, complaint) < 0 ||
        find_profile(server, request, &profile, complaint) < 0 ||
        rig_open(after, &profile, seed, complaint) < 0) {
        return -1;
    }
    rig_close(before);
    server->rig = after;
    put_profile(response, server->rig);
    return 0;
}

int serve_boot(struct server *server, json_t *request, json_t *response,
               struct complaint *complaint)
{
    uint64_t pattern = 0;
    if (request_whole(request, "pattern", 0, UINT32_MAX, &pattern, complaint) < 0) {
        return -1;
    }
    (void)response_result(response, rig_boot(server->rig, (uint32_t)pattern)); /* nothing more to
                                                                                   say */
    return 0;
}

/* -1: no outcome of that name. */
static int find_outcome(const char *name, enum sim_outcome *outcome, struct complaint *complaint)
{
    char names[300] = "";
    for (int i = 0; i < SIM_OUTCOMES; i++) {
        const char *known = sim_outcome_name((enum sim_outcome)i);
        if (strcmp(name, known) == 0) {
            *outcome = (enum sim_outcome)i;
            return 0;
        }
        strncat(names, i == 0 ? "" : ", ", sizeof names - strlen(names) - 1);
        strncat(names, known, sizeof names - strlen(names) - 1);
    }
    return complain(complaint, "there is no outcome '%s'; known are: %s", name, names);
}

int serve_cut(struct server *server, json_t *request, json_t *response, struct complaint *complaint)
{
    uint64_t after = 0;
    const char *name = NULL;
    enum sim_outcome outcome;
    (void)response; /* there is nothing to tell until it happens */
    if (request_whole(request, "after", 0, UINT32_MAX, &after, complaint) < 0 ||
        request_text(request, "outcome", &name, complaint) < 0) {
        return -1;
    }
    if (name == NULL) {
        sim_flash_arm_random_cut(server->rig->flash, after);
        return 0;
    }
    if (find_outcome(name, &outcome, complaint) < 0) {
        return -1;
    }
    sim_flash_arm_cut(server->rig->flash, after, outcome);
    return 0;
}

int serve_image(struct server *server, json_t *request, json_t *response,
                struct complaint *complaint)
{
    const char *save = NULL;
    const char *load = NULL;
    char error[400];
    if (request_text(request, "save", &save, complaint) < 0 ||
        request_text(request, "load", &load, complaint) < 0) {
        return -1;
    }
    if ((save == NULL) == (load == NULL)) {
        return complain(complaint, "give the file to \"save\" to or to \"load\" from");
    }
    int result = save != NULL ? sim_flash_save(server->rig->flash, save, error, sizeof error)
                              : sim_flash_load(server->rig->flash, load, error, sizeof error);
    if (result < 0) {
        return complain(complaint, "%s", error);
    }
    if (load != NULL) {
        (void)response_result(response, rig_boot(server->rig, 0)); /* the store knew other bytes */
    }
    return 0;
}

int serve_counters(struct server *server, json_t *request, json_t *response,
                   struct complaint *complaint)
{
    struct sim_flash *flash = server->rig->flash;
    json_t *counters = json_out_counters(sim_flash_counters(flash));
    json_t *erases = json_array();
    (void)request; /* has no fields and cannot fail */
    (void)complaint;
    for (uint32_t i = 0; i < sim_flash_sector_count(flash); i++) {
        (void)json_array_append_new(erases, /* see json_out.h */
                                    json_integer(sim_flash_erases(flash, i)));
    }
    (void)json_object_update(response, counters); /* as above */
    json_decref(counters);
    (void)json_object_set_new(response, "sector_erases", erases); /* as above */
    json_out_number(response, "now_ns", sim_flash_now_ns(flash));
    return 0;
}

static int request_address(struct server *server, json_t *request, uint64_t *address,
                           struct complaint *complaint)
{
    if (json_object_get(request, "address") == NULL) {
        return complain(complaint, "\"address\" is missing");
    }
    return request_whole(request, "address", 0,
                         flash_bytes(sim_flash_profile(server->rig->flash)) - 1, address,
                         complaint);
}

int serve_peek(struct server *server, json_t *request, json_t *response,
               struct complaint *complaint)
{
    uint64_t address = 0;
    uint64_t size = 16;
    if (request_address(server, request, &address, complaint) < 0) {
        return -1;
    }
    uint64_t left = flash_bytes(sim_flash_profile(server->rig->flash)) - address;
    if (request_whole(request, "size", 1, left, &size, complaint) < 0) {
        return -1;
    }
    uint8_t *bytes = malloc(size);
    if (bytes == NULL) {
        return complain(complaint, "out of memory");
    }
    sim_flash_peek(server->rig->flash, address, bytes, size);
    response_value(response, bytes, size);
    free(bytes);
    return 0;
}

int serve_damage(struct server *server, json_t *request, json_t *response,
                 struct complaint *complaint)
{
    uint64_t address = 0;
    uint64_t bit = 0;
    bool unreadable = false;
    (void)response; /* the damage shows when it is read */
    if (request_address(server, request, &address, complaint) < 0 ||
        request_whole(request, "bit", 0, 7, &bit, complaint) < 0 ||
        request_flag(request, "unreadable", &unreadable, complaint) < 0) {
        return -1;
    }
    if (json_object_get(request, "unreadable") != NULL) {
        sim_flash_make_unreadable(server->rig->flash, address, unreadable);
    } else {
        sim_flash_flip_bit(server->rig->flash, address, (unsigned)bit);
    }
    return 0;
}

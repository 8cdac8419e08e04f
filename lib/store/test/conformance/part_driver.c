/* SPDX-License-Identifier: Apache-2.0 */
/* The driver keeps its promises, and what a volume is refused for. */
#include "conformance_private.h"

#define SECTORS 2u

bool part_driver(struct conformance *run)
{
    const struct conformance_port *port = run->port;
    struct cfs_selftest_report report;
    const struct cfs_selftest_config config = {.driver = port->driver,
                                               .device = port->device,
                                               .offset = port->offset,
                                               .sectors = SECTORS,
                                               .memory = port->memory,
                                               .memory_bytes = port->memory_bytes,
                                               .now_us = port->now_us,
                                               .idle = port->idle,
                                               .context = port->context};
    int32_t error = cfs_port_selftest(&config, &report);

    if (error != CFS_OK) {
        conformance_print(run, "self-test: %s at 0x%llx: %lld instead of %lld",
                          cfs_selftest_check_name(report.failed), (unsigned long long)report.addr,
                          (long long)report.found, (long long)report.expected);
        return EXPECT(run, CFS_OK, error);
    }
    conformance_print(run, "longest read %u us, program %u us, erase %u us",
                      (unsigned)report.read.longest_us, (unsigned)report.program.longest_us,
                      (unsigned)report.erase.longest_us);
    return true;
}

bool part_refused(struct conformance *run)
{
    uint32_t writes;

    if (!conformance_open(run)) {
        return false;
    }
    writes = between_writes();
    return EXPECT(run, run->port->format_result, conformance_format(run)) &&
           EXPECT(run, run->port->format_result, conformance_mount(run)) &&
           HOLDS(run, between_writes() == writes);
}

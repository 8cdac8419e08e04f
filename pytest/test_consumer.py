# SPDX-License-Identifier: Apache-2.0
"""Another project takes the library in with add_subdirectory and one target."""
import subprocess

PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(lamp LANGUAGES C)
add_subdirectory({root} cfstore)
add_executable(lamp lamp.c)
target_link_libraries(lamp PRIVATE cfstore)
"""

# Its own driver and port: here a driver that refuses everything, which is enough to link.
PROGRAM = """
#include "Storage_VM.h"
#include "cfs/device.h"
#include "cfs/port.h"
#include "cfs/store.h"

void cfs_port_wait(void) {}
void cfs_port_wake(void) {}
void cfs_port_entropy(void *data, size_t size) { (void)data; (void)size; }

int main(void)
{
    static uint8_t memory[CFS_STORE_MEMORY_BYTES(16, 32)];
    struct cfs_device device = {0};
    struct cfs_volume volume = {0};
    struct cfs_store store = {0};
    const struct cfs_volume_entry table[] = {{.name = "config"}};
    struct cfs_mount_config config = {.volume = &volume, .memory = memory,
                                      .memory_bytes = sizeof memory};
    int32_t error = cfs_device_open(&device, NULL, NULL);
    error = error < 0 ? error : cfs_volume_open(&volume, &device, table, 1, "config");
    error = error < 0 ? error : cfs_mount(&store, &config);
    return error == CFS_ERR_PARAM ? 0 : 1;
}
"""


def test_another_project_adds_the_library_with_one_line(root, tmp_path):
    (tmp_path / "CMakeLists.txt").write_text(PROJECT.format(root=root))
    (tmp_path / "lamp.c").write_text(PROGRAM)
    for command in (["cmake", "-G", "Ninja", "-B", "build"], ["ninja", "-C", "build", "lamp"]):
        result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert result.returncode == 0, result.stdout + result.stderr
    subprocess.run([tmp_path / "build/lamp"], check=True)
    assert not list((tmp_path / "build").glob("**/*sim*.a")), "it builds the library, no more"

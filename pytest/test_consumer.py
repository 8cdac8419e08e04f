# SPDX-License-Identifier: Apache-2.0
"""Somebody else's project (pytest/consumer) takes the library in, in each of the ways that
docs/integration.md offers, from a folder of its own."""
import os
import shutil
import subprocess

import pytest

PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(lamp LANGUAGES C)
{library}
add_executable(lamp lamp.c ram_driver.c)
target_compile_options(lamp PRIVATE -Wall -Wextra -Wundef -Werror)
target_link_libraries(lamp PRIVATE cfstore::cfstore)
"""
STRICT = ["-std=c11", "-Wall", "-Wextra", "-Wundef", "-Werror"]


def run(*command, **options):
    result = subprocess.run(command, capture_output=True, text=True, **options)
    assert result.returncode == 0, f"{command}\n{result.stdout}{result.stderr}"
    return result.stdout


@pytest.fixture
def project(root, tmp_path):
    """A copy of the project, without a build system."""
    return shutil.copytree(root / "pytest/consumer", tmp_path / "lamp")


def build_library(root, folder, *options):
    """Build and install the library alone; the prefix."""
    run("cmake", "-G", "Ninja", "-S", root, "-B", folder / "build", "-DCFS_BUILD_HOST=OFF",
        f"-DCMAKE_INSTALL_PREFIX={folder}/prefix", *options)
    run("cmake", "--build", folder / "build")
    run("cmake", "--install", folder / "build")
    return folder / "prefix"


@pytest.fixture(scope="module")
def prefix(root, tmp_path_factory):
    """Where the library is installed: a tree that was moved after installing, and of which the
    build folder is gone, so that nothing in it can point back."""
    folder = tmp_path_factory.mktemp("install")
    moved = build_library(root, folder).rename(folder / "moved")
    shutil.rmtree(folder / "build")
    return moved


def build_with_cmake(project, library, *options):
    (project / "CMakeLists.txt").write_text(PROJECT.format(library=library))
    run("cmake", "-G", "Ninja", "-B", "build", *options, cwd=project)
    run("ninja", "-C", "build", "lamp", cwd=project)
    return project / "build/lamp"


def assert_works(program):
    assert run(program) == "CFS_OK amber\n"


def test_add_subdirectory(root, project):
    assert_works(build_with_cmake(project, f"add_subdirectory({root} cfstore)"))
    assert not list((project / "build").glob("**/*sim*.a")), "it builds the library, no more"
    assert not list((project / "build").glob("**/*cfs*hash4*")), "nor variants for tests"


def test_find_package(project, prefix):
    assert_works(build_with_cmake(project, "find_package(cfstore 0.1 REQUIRED)",
                                  f"-DCMAKE_PREFIX_PATH={prefix}"))


def test_find_package_refuses_another_version(project, prefix):
    (project / "CMakeLists.txt").write_text(
        PROJECT.format(library="find_package(cfstore 0.2 REQUIRED)"))
    result = subprocess.run(["cmake", "-B", "build", f"-DCMAKE_PREFIX_PATH={prefix}"], cwd=project,
                            capture_output=True, text=True)
    assert result.returncode != 0
    assert "version" in result.stderr and "0.1.0" in result.stderr


def test_pkg_config(project, prefix):
    environment = os.environ | {"PKG_CONFIG_PATH": str(prefix / "lib/pkgconfig")}
    flags = run("pkg-config", "--cflags", "--libs", "cfstore >= 0.1", env=environment).split()
    run("gcc", *STRICT, "lamp.c", "ram_driver.c", *flags, "-o", "program", cwd=project)
    assert_works(project / "program")


CPLUSPLUS = """
#include "Storage_VM.h"
#include "cfs/device.h"
#include "cfs/port.h"
#include "cfs/store.h"

void cfs_port_wait() {}
void cfs_port_wake() {}
uint32_t cfs_port_time_us() { return 0; }
bool cfs_port_low_voltage() { return false; }
void cfs_port_entropy(void *, size_t) {}

int main()
{
    cfs_device device{};
    cfs_volume volume{};
    cfs_store store{};
    cfs_mount_config config{};
    return cfs_device_open(&device, nullptr, nullptr) == CFS_ERR_PARAM &&
           cfs_volume_open(&volume, &device, nullptr, 0, "") == CFS_ERR_PARAM &&
           cfs_mount(&store, &config) == CFS_ERR_PARAM ? 0 : 1;
}
"""


def test_cplusplus_program_links(project, prefix):
    (project / "lamp.cpp").write_text(CPLUSPLUS)
    run("g++", "-std=c++17", "-Wall", "-Wextra", "-Werror", f"-I{prefix}/include/cfstore",
        "lamp.cpp", f"-L{prefix}/lib", "-lcfstore", "-o", "program", cwd=project)
    run(project / "program")


def test_list_of_sources(root, project):
    """The folder lib, dropped into a project, and one command without any build system."""
    shutil.copytree(root / "lib", project / "cfstore", ignore=shutil.ignore_patterns("test"))
    run("gcc", *STRICT, "@sources.txt", "../lamp.c", "../ram_driver.c", "-o", "../program",
        cwd=project / "cfstore")
    assert_works(project / "program")


def test_list_of_sources_serves_a_cross_compiler(root, tmp_path):
    lib = shutil.copytree(root / "lib", tmp_path / "lib")
    run("arm-none-eabi-gcc", "-std=c11", "-Os", "-mcpu=cortex-m4", "-mthumb", "-c", "@sources.txt",
        cwd=lib)
    objects = run("arm-none-eabi-nm", *lib.glob("*.o"))
    assert "T cfs_mount" in objects and "T cfs_find" in objects


def test_list_of_sources_is_that_of_cmake(root):
    run(root / "scripts/gen-sources", "--check")


def test_sources_fit_in_one_folder(root):
    """Some tools put the objects of all folders into one."""
    names = [line.split("/")[-1] for line in (root / "lib/sources.txt").read_text().split()
             if line.endswith(".c")]
    assert len(names) > 25
    assert sorted(set(names)) == sorted(names)


def test_public_headers_are_installed_and_nothing_else(root, prefix):
    public = {str(header.relative_to(folder)) for folder in root.glob("lib/*/include")
              for header in folder.glob("**/*.h")} - {"cfs/knockout.h"}
    installed = {str(file.relative_to(prefix)) for file in prefix.glob("**/*") if file.is_file()}
    headers = {f"include/cfstore/{header}" for header in public}
    assert headers <= installed
    assert sorted(installed - headers) == [
        "lib/cmake/cfstore/cfstore-config-noconfig.cmake",
        "lib/cmake/cfstore/cfstore-config-version.cmake", "lib/cmake/cfstore/cfstore-config.cmake",
        "lib/libcfstore.a", "lib/pkgconfig/cfstore.pc"]


USES_FIND = '#include "cfs/store.h"\nint main(void) { return cfs_find(0, 0, 0) == CFS_OK; }\n'


@pytest.mark.parametrize("how", ["-DCFS_SWITCHES=CFS_CFG_FIND=0;CFS_CFG_CHECK=0",
                                 "-DCFS_CONFIG_FILE={}/lamp_config.h"])
def test_installed_library_is_seen_as_it_was_built(root, tmp_path, how):
    (tmp_path / "lamp_config.h").write_text("#define CFS_CFG_FIND 0\n")
    prefix = build_library(root, tmp_path, how.format(tmp_path))
    result = subprocess.run(["gcc", *STRICT, f"-I{prefix}/include/cfstore", "-fsyntax-only", "-xc",
                             "-"], input=USES_FIND, capture_output=True, text=True)
    assert "implicit declaration of function ‘cfs_find’" in result.stderr.replace("'", "‘")
    assert "T cfs_find\n" not in run("nm", prefix / "lib/libcfstore.a")


@pytest.mark.parametrize("how", ["set(CFS_SWITCHES CFS_CFG_FIND=0 CFS_CFG_CHECK=0)",
                                 "set(CFS_CONFIG_FILE lamp_config.h)"])
def test_subdirectory_is_seen_as_it_is_built(root, project, how):
    (project / "lamp_config.h").write_text("#define CFS_CFG_FIND 0\n")
    (project / "lamp.c").write_text(USES_FIND)
    (project / "CMakeLists.txt").write_text(
        PROJECT.format(library=f"{how}\nadd_subdirectory({root} cfstore)"))
    run("cmake", "-G", "Ninja", "-B", "build", cwd=project)
    result = subprocess.run(["ninja", "-C", "build", "lamp"], cwd=project, capture_output=True,
                            text=True)
    assert result.returncode != 0
    assert "implicit declaration of function" in result.stdout


@pytest.mark.parametrize("option, complaint", [
    ("-DCFS_SWITCHES=CFS_CFG_FNID=0", "there is no switch CFS_CFG_FNID"),
    ("-DCFS_SWITCHES=CFS_CFG_FIND", '"CFS_CFG_FIND" is not of the form'),
    ("-DCFS_CONFIG_FILE=none.h", "CFS_CONFIG_FILE: there is no"),
])
def test_wrong_option_is_an_error_with_a_sentence(root, tmp_path, option, complaint):
    result = subprocess.run(["cmake", "-G", "Ninja", "-S", root, "-B", tmp_path,
                             "-DCFS_BUILD_HOST=OFF", option], capture_output=True, text=True)
    assert result.returncode != 0
    assert complaint in result.stderr

# SPDX-License-Identifier: Apache-2.0
# Installing: libcfstore.a, the public headers, and how find_package and pkg-config find them.
#
# Headers have a folder of their own (include/cfstore), because Driver_Storage.h is also the name of
# a header of CMSIS. The installed cfs/config.h has the switches in it that the library was built
# with, so that nobody can see it with others.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(headers_dir ${CMAKE_INSTALL_INCLUDEDIR}/cfstore)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/cfstore)
set(pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# The headers of the layer whose CMakeLists.txt calls this; knockout.h is for test builds.
function(cfs_install_headers)
    if(CFS_INSTALL)
        install(DIRECTORY include/ DESTINATION ${headers_dir}
                PATTERN knockout.h EXCLUDE PATTERN config.h EXCLUDE)
    endif()
endfunction()

# cfs/config.h as it is installed: what it includes from a user's header, and what the command line
# said, stand in it.
function(cfs_write_installed_config file)
    set(chosen "/* As the library was built. */\n")
    foreach(switch ${switches})
        string(REPLACE "=" " " switch "${switch}")
        string(APPEND chosen "#define ${switch}\n")
    endforeach()
    if(CFS_CONFIG_FILE)
        file(READ ${config_file} text)
        string(APPEND chosen "${text}")
    endif()
    string(REPLACE "#ifdef CFS_CONFIG_FILE\n#include CFS_CONFIG_FILE\n#endif\n" "${chosen}"
           installed "${config_text}")
    file(WRITE ${file} "${installed}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${config_header} ${config_file})
endfunction()

if(NOT CFS_INSTALL)
    return()
endif()

target_include_directories(cfstore INTERFACE $<INSTALL_INTERFACE:${headers_dir}>)
install(TARGETS cfstore EXPORT cfstore ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT cfstore FILE cfstore-config.cmake NAMESPACE cfstore:: DESTINATION ${package_dir})
cfs_write_installed_config(${CMAKE_CURRENT_BINARY_DIR}/installed/config.h)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/installed/config.h DESTINATION ${headers_dir}/cfs)

# Before 1.0.0 a minor version may change the API.
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/cfstore-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/cfstore-config-version.cmake DESTINATION ${package_dir})

# Found from where cfstore.pc lies, so that an installed tree may be moved.
file(RELATIVE_PATH prefix_from_pkgconfig /${pkgconfig_dir} /)
configure_file(${CMAKE_CURRENT_LIST_DIR}/cfstore.pc.in cfstore.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/cfstore.pc DESTINATION ${pkgconfig_dir})

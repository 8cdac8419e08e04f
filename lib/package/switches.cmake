# SPDX-License-Identifier: Apache-2.0
# What the user chose: `switches` (CFS_CFG_FIND=0 and the like), `config_file` (a header of his), and
# from both `definitions`, for every file of the library and for who links it. A name that is no
# switch would change nothing in silence, so it is an error.
set(config_header ${CMAKE_CURRENT_SOURCE_DIR}/base/include/cfs/config.h)
file(READ ${config_header} config_text)
set(switches ${CFS_SWITCHES})

# CFS_CFG_FIND and so on as variables, to choose tests by; what a header of the user's says is not
# known here.
string(REGEX MATCHALL "#define CFS_CFG_[A-Z0-9_]+ [0-9]+" defaults "${config_text}")
foreach(line ${defaults})
    string(REGEX MATCH "(CFS_CFG_[A-Z0-9_]+) ([0-9]+)" ignored "${line}")
    set(${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
endforeach()
if(CFS_ASSERT AND NOT "${switches}" MATCHES CFS_CFG_ASSERT)
    list(APPEND switches CFS_CFG_ASSERT=1)
endif()

foreach(switch ${switches})
    if(NOT switch MATCHES "^(CFS_CFG_[A-Z0-9_]+)=([0-9]+)$")
        message(FATAL_ERROR "CFS_SWITCHES: \"${switch}\" is not of the form CFS_CFG_FIND=0.")
    endif()
    string(FIND "${config_text}" "#define ${CMAKE_MATCH_1} " at)
    if(at LESS 0)
        message(FATAL_ERROR "CFS_SWITCHES: there is no switch ${CMAKE_MATCH_1}; "
                            "docs/configuration.md lists all.")
    endif()
    set(${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
endforeach()

# Defaults that are the opposite of another switch.
string(REGEX MATCHALL "#define CFS_CFG_[A-Z0-9_]+ \\(!CFS_CFG_[A-Z0-9_]+\\)" opposites "${config_text}")
foreach(line ${opposites})
    string(REGEX MATCH "(CFS_CFG_[A-Z0-9_]+) \\(!(CFS_CFG_[A-Z0-9_]+)" ignored "${line}")
    set(switch ${CMAKE_MATCH_1})
    set(opposite ${CMAKE_MATCH_2}) # the next MATCHES forgets both
    if("${switches}" MATCHES "${switch}=")
        continue()
    endif()
    if(${opposite})
        set(${switch} 0)
    else()
        set(${switch} 1)
    endif()
endforeach()

set(definitions ${switches})
if(CFS_CONFIG_FILE)
    get_filename_component(config_file "${CFS_CONFIG_FILE}" ABSOLUTE BASE_DIR ${CMAKE_SOURCE_DIR})
    if(NOT EXISTS ${config_file})
        message(FATAL_ERROR "CFS_CONFIG_FILE: there is no ${config_file}.")
    endif()
    list(APPEND definitions "CFS_CONFIG_FILE=\"${config_file}\"")
endif()

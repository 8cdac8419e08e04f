/* SPDX-License-Identifier: Apache-2.0 */
/* See report.h. */
#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "endurance_json.h"

#define REPORT_SCRIPT CFS_SIM_SCRIPTS_DIR "/report"

/* 0: the script ran and was content. */
static int run_script(const char *json, const char *html)
{
    int status = -1;
    (void)fflush(NULL); /* what is buffered must not be written twice */
    pid_t child = fork();
    if (child == 0) {
        (void)execl(REPORT_SCRIPT, REPORT_SCRIPT, json, html, (char *)NULL);
        _exit(127); /* it returned, so there is no script to run */
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
        return -1;
    }
    return status == 0 ? 0 : -1;
}

int report_write(const struct endurance *endurance, const char *folder, struct complaint *complaint)
{
    char json[1024];
    char html[1024];
    int length = snprintf(json, sizeof json, "%s/endurance.json", folder);
    if (length < 0 || (size_t)length >= sizeof json) {
        return complain(complaint, "the name of the report's folder is too long.");
    }
    (void)snprintf(html, sizeof html, "%s/index.html", folder); /* shorter than the other */
    if (mkdir(folder, 0777) < 0 && errno != EEXIST) {
        return complain(complaint, "folder '%s' cannot be made: %s.", folder, strerror(errno));
    }
    if (endurance_json_write(endurance, json, complaint) < 0) {
        return -1;
    }
    if (run_script(json, html) < 0) {
        return complain(complaint,
                        "%s did not write %s; it needs python3-jinja2 and "
                        "python3-pygal.",
                        REPORT_SCRIPT, html);
    }
    return 0;
}

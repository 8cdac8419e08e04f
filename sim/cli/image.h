/* SPDX-License-Identifier: Apache-2.0 */
/* The actions of cfs-sim image. Each has a file of its own, gets
 * argv[0] = "cfs-sim image <action>" and returns an enum cli_exit. */
#ifndef CLI_IMAGE_H
#define CLI_IMAGE_H

int command_image_dump(int argc, char **argv);
int command_image_check(int argc, char **argv);
int command_image_salvage(int argc, char **argv);
int command_image_sweep(int argc, char **argv);
int command_image_verify(int argc, char **argv);
int command_image_list(int argc, char **argv);
int command_image_get(int argc, char **argv);
int command_image_diff(int argc, char **argv);
int command_image_create(int argc, char **argv);
int command_image_edit(int argc, char **argv);

#endif
